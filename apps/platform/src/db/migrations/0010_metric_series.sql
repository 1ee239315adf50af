CREATE TABLE "metric_1d" (
	"series_id" integer NOT NULL,
	"start" timestamp with time zone NOT NULL,
	"requests" bigint NOT NULL,
	"errors" bigint NOT NULL,
	"client_errors" bigint NOT NULL,
	"response_time_sum" double precision NOT NULL,
	"response_time_count" bigint NOT NULL,
	"bytes_in" double precision NOT NULL,
	"bytes_out" double precision NOT NULL,
	"total" bigint[],
	"upstream" bigint[],
	"gateway" bigint[],
	CONSTRAINT "metric_1d_series_id_start_pk" PRIMARY KEY("series_id","start")
) PARTITION BY RANGE ("start");
--> statement-breakpoint
CREATE TABLE "metric_1h" (
	"series_id" integer NOT NULL,
	"start" timestamp with time zone NOT NULL,
	"requests" bigint NOT NULL,
	"errors" bigint NOT NULL,
	"client_errors" bigint NOT NULL,
	"response_time_sum" double precision NOT NULL,
	"response_time_count" bigint NOT NULL,
	"bytes_in" double precision NOT NULL,
	"bytes_out" double precision NOT NULL,
	"total" bigint[],
	"upstream" bigint[],
	"gateway" bigint[],
	CONSTRAINT "metric_1h_series_id_start_pk" PRIMARY KEY("series_id","start")
) PARTITION BY RANGE ("start");
--> statement-breakpoint
CREATE TABLE "metric_1m" (
	"series_id" integer NOT NULL,
	"start" timestamp with time zone NOT NULL,
	"requests" bigint NOT NULL,
	"errors" bigint NOT NULL,
	"client_errors" bigint NOT NULL,
	"response_time_sum" double precision NOT NULL,
	"response_time_count" bigint NOT NULL,
	"bytes_in" double precision NOT NULL,
	"bytes_out" double precision NOT NULL,
	"total" bigint[],
	"upstream" bigint[],
	"gateway" bigint[],
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "metric_1m_series_id_start_pk" PRIMARY KEY("series_id","start")
) PARTITION BY RANGE ("start");
--> statement-breakpoint
CREATE TABLE "metric_series" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "metric_series_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"cluster_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"kind" text NOT NULL,
	"namespace" text NOT NULL,
	"name" text NOT NULL,
	"divided_by" text DEFAULT '' NOT NULL,
	"labels" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"digest" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "metric_10m" (
	"series_id" integer NOT NULL,
	"start" timestamp with time zone NOT NULL,
	"requests" bigint NOT NULL,
	"errors" bigint NOT NULL,
	"client_errors" bigint NOT NULL,
	"response_time_sum" double precision NOT NULL,
	"response_time_count" bigint NOT NULL,
	"bytes_in" double precision NOT NULL,
	"bytes_out" double precision NOT NULL,
	"total" bigint[],
	"upstream" bigint[],
	"gateway" bigint[],
	CONSTRAINT "metric_10m_series_id_start_pk" PRIMARY KEY("series_id","start")
) PARTITION BY RANGE ("start");
--> statement-breakpoint
ALTER TABLE "metric_series" ADD CONSTRAINT "metric_series_cluster_id_clusters_id_fk" FOREIGN KEY ("cluster_id") REFERENCES "public"."clusters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_series" ADD CONSTRAINT "metric_series_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "metric_series_digest" ON "metric_series" USING btree ("cluster_id","digest");--> statement-breakpoint
CREATE INDEX "metric_series_object" ON "metric_series" USING btree ("workspace_id","kind","divided_by","namespace","name");--> statement-breakpoint
CREATE TABLE "metric_1m_default" PARTITION OF "metric_1m" DEFAULT;--> statement-breakpoint
CREATE TABLE "metric_10m_default" PARTITION OF "metric_10m" DEFAULT;--> statement-breakpoint
CREATE TABLE "metric_1h_default" PARTITION OF "metric_1h" DEFAULT;--> statement-breakpoint
CREATE TABLE "metric_1d_default" PARTITION OF "metric_1d" DEFAULT;--> statement-breakpoint
CREATE FUNCTION "histogram_add"(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
	lowest bigint;
	shift int;
	counts bigint[];
BEGIN
	IF a IS NULL OR cardinality(a) < 2 THEN RETURN b; END IF;
	IF b IS NULL OR cardinality(b) < 2 THEN RETURN a; END IF;
	IF b[1] >= a[1] AND b[1] + cardinality(b) <= a[1] + cardinality(a) THEN
		shift := b[1] - a[1];
		FOR i IN 2..cardinality(b) LOOP a[shift + i] := a[shift + i] + b[i]; END LOOP;
		RETURN a;
	END IF;
	lowest := least(a[1], b[1]);
	counts := array_fill(0::bigint, ARRAY[(greatest(a[1] + cardinality(a), b[1] + cardinality(b)) - lowest)::int]);
	counts[1] := lowest;
	shift := a[1] - lowest;
	FOR i IN 2..cardinality(a) LOOP counts[shift + i] := a[i]; END LOOP;
	shift := b[1] - lowest;
	FOR i IN 2..cardinality(b) LOOP counts[shift + i] := counts[shift + i] + b[i]; END LOOP;
	RETURN counts;
END $$;--> statement-breakpoint
CREATE FUNCTION "histogram_quantile"(h bigint[], share double precision) RETURNS double precision LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
	total bigint := 0;
	below bigint := 0;
	rank bigint;
BEGIN
	IF h IS NULL THEN RETURN NULL; END IF;
	FOR i IN 2..cardinality(h) LOOP total := total + h[i]; END LOOP;
	IF total = 0 THEN RETURN NULL; END IF;
	rank := greatest(1, ceil(share * total));
	FOR i IN 2..cardinality(h) LOOP
		below := below + h[i];
		IF below >= rank THEN RETURN 2::double precision ^ ((h[1] + i - 1.5) / 8.0); END IF;
	END LOOP;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE AGGREGATE "histogram_sum"(bigint[]) (SFUNC = histogram_add, STYPE = bigint[], COMBINEFUNC = histogram_add, PARALLEL = SAFE);--> statement-breakpoint
INSERT INTO "metric_series" ("cluster_id", "workspace_id", "kind", "namespace", "name", "digest")
SELECT DISTINCT ON ("cluster_id", "kind", "namespace", "name") "cluster_id", "workspace_id", "kind", "namespace", "name",
	encode(substring(sha256(convert_to("kind" || E'\n' || "namespace" || E'\n' || "name" || E'\n', 'UTF8')) FROM 1 FOR 16), 'hex')::uuid
FROM (
	SELECT "cluster_id", "workspace_id", "kind", "namespace", "name" FROM "metric_rollups"
	UNION ALL SELECT "cluster_id", "workspace_id", "kind", "namespace", "name" FROM "metric_points"
) former;--> statement-breakpoint
INSERT INTO "metric_1m" ("series_id", "start", "requests", "errors", "client_errors", "response_time_sum", "response_time_count", "bytes_in", "bytes_out", "received_at")
SELECT s."id", p."start", p."requests", p."errors", p."client_errors", p."response_time_sum", p."response_time_count", p."bytes_in", p."bytes_out", p."received_at"
FROM "metric_points" p JOIN "metric_series" s USING ("cluster_id", "kind", "namespace", "name");--> statement-breakpoint
INSERT INTO "metric_10m" ("series_id", "start", "requests", "errors", "client_errors", "response_time_sum", "response_time_count", "bytes_in", "bytes_out")
SELECT s."id", p."start", p."requests", p."errors", p."client_errors", p."response_time_sum", p."response_time_count", p."bytes_in", p."bytes_out"
FROM "metric_rollups" p JOIN "metric_series" s USING ("cluster_id", "kind", "namespace", "name") WHERE p."step" = '10m';--> statement-breakpoint
INSERT INTO "metric_1h" ("series_id", "start", "requests", "errors", "client_errors", "response_time_sum", "response_time_count", "bytes_in", "bytes_out")
SELECT s."id", p."start", p."requests", p."errors", p."client_errors", p."response_time_sum", p."response_time_count", p."bytes_in", p."bytes_out"
FROM "metric_rollups" p JOIN "metric_series" s USING ("cluster_id", "kind", "namespace", "name") WHERE p."step" = '1h';--> statement-breakpoint
INSERT INTO "metric_1d" ("series_id", "start", "requests", "errors", "client_errors", "response_time_sum", "response_time_count", "bytes_in", "bytes_out")
SELECT s."id", p."start", p."requests", p."errors", p."client_errors", p."response_time_sum", p."response_time_count", p."bytes_in", p."bytes_out"
FROM "metric_rollups" p JOIN "metric_series" s USING ("cluster_id", "kind", "namespace", "name") WHERE p."step" = '1d';
