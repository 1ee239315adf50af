CREATE TABLE "reserved_hosts" (
	"host" text PRIMARY KEY NOT NULL,
	"reserved_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "released_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "problems" ADD COLUMN "source" text DEFAULT 'agent' NOT NULL;--> statement-breakpoint
INSERT INTO "reserved_hosts" ("host") SELECT "host" FROM "domains" WHERE "kind" = 'generated' ON CONFLICT DO NOTHING;
