CREATE TABLE "acme_challenges" (
	"host" text NOT NULL,
	"token" text NOT NULL,
	"type" text NOT NULL,
	"cluster_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"key_authorization" text NOT NULL,
	"acknowledged" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "acme_challenges_host_token_pk" PRIMARY KEY("host","token")
);
--> statement-breakpoint
CREATE TABLE "domain_certificates" (
	"cluster_id" text NOT NULL,
	"host" text NOT NULL,
	"workspace_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"reason" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"attempts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"current" jsonb,
	"previous" jsonb,
	"confirmed_at" timestamp with time zone,
	"issuer" text,
	"directory" text,
	"not_before" timestamp with time zone,
	"not_after" timestamp with time zone,
	"renewal_id" text,
	"window_start" timestamp with time zone,
	"window_end" timestamp with time zone,
	"renew_at" timestamp with time zone,
	"request_id" text,
	"csr" text,
	"order_url" text,
	"order_directory" text,
	"challenge" text,
	"order_started_at" timestamp with time zone,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_id" text,
	"lease_until" timestamp with time zone,
	CONSTRAINT "domain_certificates_cluster_id_host_pk" PRIMARY KEY("cluster_id","host")
);
--> statement-breakpoint
ALTER TABLE "acme_challenges" ADD CONSTRAINT "acme_challenges_cluster_id_clusters_id_fk" FOREIGN KEY ("cluster_id") REFERENCES "public"."clusters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "acme_challenges" ADD CONSTRAINT "acme_challenges_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domain_certificates" ADD CONSTRAINT "domain_certificates_cluster_id_clusters_id_fk" FOREIGN KEY ("cluster_id") REFERENCES "public"."clusters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domain_certificates" ADD CONSTRAINT "domain_certificates_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "acme_challenges_cluster" ON "acme_challenges" USING btree ("cluster_id");--> statement-breakpoint
CREATE INDEX "domain_certificates_due" ON "domain_certificates" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "domain_certificates_workspace" ON "domain_certificates" USING btree ("workspace_id");