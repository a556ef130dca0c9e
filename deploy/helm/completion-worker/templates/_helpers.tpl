{{- /* At most 52 characters, which a StatefulSet's pods leave. The name of the chart stays whole: metrics get it as
       their job, and the alerts look for it there. Of a long release a part stays, and a hash that tells it apart. */ -}}
{{- define "cw.name" -}}
{{- $name := ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) }}
{{- if gt (len $name) 52 }}
{{- $name = printf "%s-%s-%s" (.Release.Name | trunc 25 | trimSuffix "-") (.Release.Name | sha256sum | trunc 8) .Chart.Name }}
{{- end }}
{{- $name }}
{{- end }}

{{- define "cw.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "cw.labels" -}}
{{ include "cw.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "cw.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "cw.name" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- /* worker.properties. What the chart decides is not in `config`. */ -}}
{{- define "cw.properties" -}}
{{- range $key, $value := .Values.config }}
{{- if and (eq $key "schema.registry.url") (not $value) }}{{ continue }}{{ end }}
{{ $key }}={{ if and (kindIs "float64" $value) (eq (floor $value) $value) }}{{ $value | int64 }}{{ else }}{{ $value | toString | replace "\\" "\\\\" | replace "\n" "\\n" }}{{ end }}
{{- end }}
async.store={{ .Values.store }}
{{- if and (eq .Values.store "rocksdb") (ne (lower (index .Values.config "kafka.group.protocol" | default "classic")) "streams") }}
# the same instance comes back, to the partitions that it has on its volume
kafka.group.instance.id=${env:POD_NAME}
{{- if not (hasKey .Values.config "shutdown.leave.group") }}
shutdown.leave.group=false
{{- end }}
{{- if not (hasKey .Values.config "kafka.session.timeout.ms") }}
# time for a pod to be replaced with its volume; after a crash others wait for as long
kafka.session.timeout.ms=60000
{{- end }}
{{- end }}
management.host=0.0.0.0
management.port=8080
{{- if not (hasKey .Values.config "management.peers") }}
# the status page adds all instances up, by the addresses of the headless Service
management.peers={{ include "cw.name" . }}:8080
{{- end }}
{{- end }}

{{- /* What all containers of a pod have. */ -}}
{{- define "cw.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  - name: POD_NAME
    valueFrom: {fieldRef: {fieldPath: metadata.name}}
  - name: LOG_LEVEL
    value: {{ .Values.logLevel }}
  {{- if eq .Values.store "rocksdb" }}
  # over the image's own, which wins over a file
  - name: KAFKA_STATE_DIR
    value: /var/lib/completion-worker
  {{- end }}
  {{- with .Values.jvmOptions }}
  - name: JDK_JAVA_OPTIONS
    value: {{ . | quote }}
  {{- end }}
  {{- range .Values.secrets }}
  - name: {{ .env }}
    valueFrom: {secretKeyRef: {name: {{ .secret | quote }}, key: {{ .key | quote }}}}
  {{- end }}
  {{- with .Values.extraEnv }}{{ toYaml . | nindent 2 }}{{ end }}
resources: {{ toYaml .Values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  - {name: config, mountPath: /etc/completion-worker, readOnly: true}
  {{- if eq .Values.store "rocksdb" }}
  - {name: state, mountPath: /var/lib/completion-worker}
  {{- end }}
  {{- with .Values.extraVolumeMounts }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}

{{- define "cw.pod" -}}
metadata:
  labels:
    {{- include "cw.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    # new settings are new pods
    checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}
    {{- with .Values.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  serviceAccountName: {{ include "cw.serviceAccount" . }}
  automountServiceAccountToken: false
  # variables of Services named gateway or kafka would look like settings to who reads the environment
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  {{- if .Values.topics.create }}
  initContainers:
    - name: topics
      args: ["topics", "--partitions", {{ .Values.partitions | int64 | quote }}, "--config", "/etc/completion-worker/worker.properties"]
      {{- include "cw.container" . | nindent 6 }}
  {{- end }}
  containers:
    - name: worker
      args: ["run", "--config", "/etc/completion-worker/worker.properties"]
      {{- include "cw.container" . | nindent 6 }}
      ports:
        - {name: http, containerPort: 8080}
      startupProbe:
        httpGet: {path: /health/started, port: http}
        {{- toYaml .Values.probes.startup | nindent 8 }}
      livenessProbe:
        httpGet: {path: /health/live, port: http}
        {{- toYaml .Values.probes.liveness | nindent 8 }}
      readinessProbe:
        httpGet: {path: /health/ready, port: http}
        {{- toYaml .Values.probes.readiness | nindent 8 }}
  volumes:
    - {name: tmp, emptyDir: {}}
    - name: config
      configMap: {name: {{ include "cw.name" . }}}
    {{- with .Values.extraVolumes }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- if .Values.spread }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{ include "cw.selector" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /* What no schema can say. */ -}}
{{- define "cw.check" -}}
{{- if and (eq .Values.store "rocksdb") (hasKey .Values.config "kafka.group.instance.id") }}
{{- fail "config: kafka.group.instance.id is the name of the pod when store is rocksdb; take it out" }}
{{- end }}
{{- $drain := index .Values.config "shutdown.drain.ms" | default 20000 | int64 }}
{{- $least := add (div (add $drain 999) 1000) 45 }}
{{- if lt (int64 .Values.terminationGracePeriodSeconds) $least }}
{{- fail (printf "terminationGracePeriodSeconds must be at least %d: shutdown.drain.ms of %d, and 45 s for outcomes, Kafka Streams and the rest" $least $drain) }}
{{- end }}
{{- if and .Values.keda.enabled (gt (int64 .Values.keda.maxReplicas) (int64 .Values.partitions)) }}
{{- fail (printf "keda.maxReplicas is %d, but there are %d partitions: more instances than partitions do nothing" (int64 .Values.keda.maxReplicas) (int64 .Values.partitions)) }}
{{- end }}
{{- if and .Values.keda.enabled (gt (int64 .Values.keda.minReplicas) (int64 .Values.keda.maxReplicas)) }}
{{- fail "keda.minReplicas is over keda.maxReplicas" }}
{{- end }}
{{- if and (not .Values.keda.enabled) (gt (int64 .Values.replicaCount) (int64 .Values.partitions)) }}
{{- fail (printf "replicaCount is %d, but there are %d partitions: more instances than partitions do nothing" (int64 .Values.replicaCount) (int64 .Values.partitions)) }}
{{- end }}
{{- end }}
