ALTER TABLE "alerts" ADD COLUMN "subjects" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "default_rules" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "alert_rules" SET "threshold" = '{"minRequests": 0, "objective": 99.9}'::jsonb || "threshold";--> statement-breakpoint
UPDATE "alerts" SET "threshold" = '{"minRequests": 0, "objective": 99.9}'::jsonb || "threshold";
