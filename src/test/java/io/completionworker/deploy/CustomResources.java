// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscalerBehavior;
import java.io.IOException;
import java.util.Set;

/**
 * Kinds that are not Kubernetes' own, as far as the chart uses them: the fields that there are, and
 * those that have to be there, by the definitions of Prometheus' operator and of KEDA.
 *
 * @see <a href="https://prometheus-operator.dev/docs/api-reference/api/">ServiceMonitor</a>
 * @see <a href="https://keda.sh/docs/latest/reference/scaledobject-spec/">ScaledObject</a>
 * @see <a href="https://keda.sh/docs/latest/scalers/apache-kafka/">Trigger for Kafka</a>
 */
final class CustomResources {

  /**
   * What KEDA's Kafka trigger takes from a TriggerAuthentication for passwords and certificates.
   */
  private static final Set<String> KAFKA_LOGIN =
      Set.of("sasl", "username", "password", "tls", "ca", "cert", "key", "keyPassword");

  private CustomResources() {}

  static void serviceMonitor(JsonElement manifest) throws IOException {
    JsonObject spec = fields(spec(manifest), Set.of("selector", "endpoints"), Set.of("jobLabel"));
    V1LabelSelector.validateJsonElement(spec.get("selector"));
    for (JsonElement endpoint : spec.getAsJsonArray("endpoints")) {
      fields(endpoint, Set.of("port"), Set.of("path", "interval"));
    }
  }

  static void scaledObject(JsonElement manifest) throws IOException {
    JsonObject spec =
        fields(
            spec(manifest),
            Set.of("scaleTargetRef", "triggers"),
            Set.of("minReplicaCount", "maxReplicaCount", "pollingInterval", "advanced"));
    fields(spec.get("scaleTargetRef"), Set.of("name"), Set.of("apiVersion", "kind"));
    JsonObject advanced =
        fields(spec.get("advanced"), Set.of("horizontalPodAutoscalerConfig"), Set.of());
    JsonObject autoscaler =
        fields(advanced.get("horizontalPodAutoscalerConfig"), Set.of("behavior"), Set.of("name"));
    V2HorizontalPodAutoscalerBehavior.validateJsonElement(autoscaler.get("behavior"));
    for (JsonElement trigger : spec.getAsJsonArray("triggers")) {
      JsonObject kafka =
          fields(trigger, Set.of("type", "metadata"), Set.of("authenticationRef", "name"));
      fields(
          kafka.get("metadata"),
          Set.of("bootstrapServers", "consumerGroup", "topic", "lagThreshold"),
          Set.of("offsetResetPolicy", "allowIdleConsumers", "sasl", "tls"));
    }
  }

  static void triggerAuthentication(JsonElement manifest) {
    JsonObject spec = fields(spec(manifest), Set.of("secretTargetRef"), Set.of());
    for (JsonElement reference : spec.getAsJsonArray("secretTargetRef")) {
      fields(reference, Set.of("parameter", "name", "key"), Set.of());
      String parameter = reference.getAsJsonObject().get("parameter").getAsString();
      if (!KAFKA_LOGIN.contains(parameter)) {
        throw new IllegalArgumentException("KEDA's Kafka trigger has no parameter " + parameter);
      }
    }
  }

  private static JsonElement spec(JsonElement manifest) {
    return fields(manifest, Set.of("apiVersion", "kind", "metadata", "spec"), Set.of()).get("spec");
  }

  private static JsonObject fields(JsonElement value, Set<String> needed, Set<String> allowed) {
    JsonObject object = value.getAsJsonObject();
    for (String name : needed) {
      if (!object.has(name)) {
        throw new IllegalArgumentException(name + " is missing in " + object);
      }
    }
    for (String name : object.keySet()) {
      if (!needed.contains(name) && !allowed.contains(name)) {
        throw new IllegalArgumentException("there is no " + name + ", as in " + object);
      }
    }
    return object;
  }
}
