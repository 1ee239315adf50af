CREATE TABLE "metric_reports" (
	"cluster_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"counter" text NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "metric_reports_cluster_id_counter_minute_pk" PRIMARY KEY("cluster_id","counter","minute")
);
--> statement-breakpoint
ALTER TABLE "metric_reports" ADD CONSTRAINT "metric_reports_cluster_id_clusters_id_fk" FOREIGN KEY ("cluster_id") REFERENCES "public"."clusters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_reports" ADD CONSTRAINT "metric_reports_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "metric_reports_received" ON "metric_reports" USING btree ("received_at");