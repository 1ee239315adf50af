CREATE TABLE "cluster_commands" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"cluster_id" text NOT NULL,
	"type" text NOT NULL,
	"target" jsonb,
	"policy" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"reported_at" timestamp with time zone,
	"outcome" text,
	"code" text,
	"message" text
);
--> statement-breakpoint
ALTER TABLE "agent_reports" ADD COLUMN "not_shared" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "cluster_commands" ADD CONSTRAINT "cluster_commands_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cluster_commands" ADD CONSTRAINT "cluster_commands_cluster_id_clusters_id_fk" FOREIGN KEY ("cluster_id") REFERENCES "public"."clusters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "cluster_commands_cluster" ON "cluster_commands" USING btree ("cluster_id","created_at");