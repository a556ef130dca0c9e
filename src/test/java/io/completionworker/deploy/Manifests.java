// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Manifests that a chart makes. */
final class Manifests {

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private static final Map<String, Check> CHECKS =
      Map.ofEntries(
          entry("v1/ConfigMap", V1ConfigMap::validateJsonElement),
          entry("v1/Secret", V1Secret::validateJsonElement),
          entry("v1/Service", V1Service::validateJsonElement),
          entry("v1/ServiceAccount", V1ServiceAccount::validateJsonElement),
          entry("apps/v1/Deployment", V1Deployment::validateJsonElement),
          entry("apps/v1/StatefulSet", V1StatefulSet::validateJsonElement),
          entry("batch/v1/Job", V1Job::validateJsonElement),
          entry("policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement),
          entry("networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::validateJsonElement),
          entry("monitoring.coreos.com/v1/ServiceMonitor", CustomResources::serviceMonitor),
          entry("keda.sh/v1alpha1/ScaledObject", CustomResources::scaledObject),
          entry("keda.sh/v1alpha1/TriggerAuthentication", CustomResources::triggerAuthentication));

  private final List<JsonNode> documents;

  private Manifests(List<JsonNode> documents) {
    this.documents = documents;
  }

  /** Throws at a field that is not there, or misses, in the API of Kubernetes. */
  @FunctionalInterface
  interface Check {
    void look(JsonElement manifest) throws IOException;
  }

  /** Reads documents of YAML; a key that is there twice is a fault. */
  static Manifests of(String yaml) {
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      return new Manifests(all.readAll().stream().filter(JsonNode::isObject).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Their kinds, in their order. */
  List<String> kinds() {
    return documents.stream().map(document -> document.path("kind").asText()).toList();
  }

  /** The one of this kind. */
  JsonNode one(String kind) {
    return documents.stream()
        .filter(document -> document.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind));
  }

  /** The pods that the workload makes. */
  JsonNode pod() {
    String kind = kinds().contains("StatefulSet") ? "StatefulSet" : "Deployment";
    return one(kind).at("/spec/template/spec");
  }

  /** Holds each of them to the schema of its kind; an unknown kind is a fault too. */
  void validate() {
    for (JsonNode document : documents) {
      String kind = document.path("apiVersion").asText() + "/" + document.path("kind").asText();
      Check check = CHECKS.get(kind);
      if (check == null) {
        throw new AssertionError("There is no schema for " + kind);
      }
      try {
        check.look(JsonParser.parseString(document.toString()));
      } catch (IOException | IllegalArgumentException | IllegalStateException e) {
        throw new AssertionError(kind + ": " + e.getMessage(), e);
      }
    }
  }
}
