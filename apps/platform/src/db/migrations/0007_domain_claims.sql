CREATE TABLE "domain_claims" (
	"cluster_id" text NOT NULL,
	"object_key" text NOT NULL,
	"host" text NOT NULL,
	"workspace_id" text NOT NULL,
	"registrable" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone,
	"next_check_at" timestamp with time zone DEFAULT now() NOT NULL,
	"missing_since" timestamp with time zone,
	"moves_at" timestamp with time zone,
	"seen" jsonb,
	CONSTRAINT "domain_claims_cluster_id_object_key_host_pk" PRIMARY KEY("cluster_id","object_key","host")
);
--> statement-breakpoint
ALTER TABLE "domain_claims" ADD CONSTRAINT "domain_claims_cluster_id_clusters_id_fk" FOREIGN KEY ("cluster_id") REFERENCES "public"."clusters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domain_claims" ADD CONSTRAINT "domain_claims_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "domain_claims_due" ON "domain_claims" USING btree ("next_check_at");--> statement-breakpoint
CREATE INDEX "domain_claims_host" ON "domain_claims" USING btree ("host");