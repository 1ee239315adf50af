{{- define "agent.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "agent.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "agent.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "agent.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "agent.selectorLabels" -}}
app.kubernetes.io/name: {{ include "agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "agent.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "agent.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: portolan
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "agent.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "agent.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "agent.image" -}}
{{- $registry := default .Values.image.registry .Values.global.imageRegistry -}}
{{- $name := ternary (printf "%s/%s" $registry .Values.image.repository) .Values.image.repository (ne $registry "") -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "agent.tokenSecret" -}}
{{- default (printf "%s-token" (include "agent.fullname" .)) .Values.token.existingSecret -}}
{{- end -}}

{{/* Refuses values that do not go together, which a schema of each value cannot. */}}
{{- define "agent.check" -}}
{{- if and .Values.platformUrl (not .Values.token.value) (not .Values.token.existingSecret) -}}
{{- fail "platformUrl needs the agent token of this cluster: set token.existingSecret (the name of a Secret with the key \"token\") or token.value. The platform shows a token once, when the cluster is created." -}}
{{- end -}}
{{- if and .Values.token.value .Values.token.existingSecret -}}
{{- fail "token.value and token.existingSecret exclude each other: set one of them." -}}
{{- end -}}
{{- if and (eq .Values.mode "namespaces") (not .Values.namespaces) -}}
{{- fail "mode \"namespaces\" needs the namespaces whose resources are served: set namespaces, such as --set 'namespaces={shop,billing}'." -}}
{{- end -}}
{{- if and .Values.admission.enabled (ne .Values.mode "cluster") -}}
{{- fail "admission needs mode \"cluster\": a webhook is cluster-scoped, and its certificate is written." -}}
{{- end -}}
{{- with .Values.traefik -}}
{{- if and (eq $.Values.mode "readOnly") (or .entryPoints .tlsEntryPoints .tunnel) -}}
{{- fail "traefik needs a mode that writes: set mode to \"cluster\" or \"namespaces\"." -}}
{{- end -}}
{{- end -}}
{{- if and (ne .Values.mode "namespaces") .Values.namespaces -}}
{{- fail "namespaces needs mode \"namespaces\": set mode, or remove namespaces." -}}
{{- end -}}
{{- end -}}

{{/* Rules of the account: a list of JSON objects. Arguments: root, scope. */}}
{{- define "agent.rules" -}}
{{- $all := .root.Files.Get "files/rights.json" | fromJson -}}
{{- $disabled := .root.Values.disabledFeatures -}}
{{- if not .root.Values.admission.enabled }}{{ $disabled = append $disabled "admission" }}{{ end -}}
{{- if not (or .root.Values.traefik.tlsEntryPoints .root.Values.traefik.tunnel) }}{{ $disabled = append $disabled "traefik-certificates" }}{{ end -}}
{{- $rules := list -}}
{{- range $feature, $found := index $all .root.Values.generation .root.Values.mode .scope -}}
{{- if not (has $feature $disabled) }}{{ $rules = concat $rules $found }}{{ end -}}
{{- end -}}
{{- $rules | toJson | replace "NAMESPACE" .root.Release.Namespace -}}
{{- end -}}
