ALTER TABLE "brokers" ADD COLUMN "approved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "brokers" ADD COLUMN "approved_capacity" double precision;--> statement-breakpoint
ALTER TABLE "brokers" ADD COLUMN "revoked_at" timestamp with time zone;--> statement-breakpoint
UPDATE "brokers" SET "approved_at" = "registered_at", "approved_capacity" = "capacity";
