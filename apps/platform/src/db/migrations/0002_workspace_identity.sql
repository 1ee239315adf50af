ALTER TABLE "workspaces" ALTER COLUMN "change_sequence" SET DEFAULT (extract(epoch from now()) * 1000)::bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "uid" text DEFAULT ('wsp_' || replace(gen_random_uuid()::text, '-', '')) NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_uid_unique" UNIQUE("uid");--> statement-breakpoint
-- The audit chains of workspaces that are there already go by their names; none is called what the platform's own chain is.
UPDATE "workspaces" SET "uid" = "id" WHERE "id" <> 'platform';
