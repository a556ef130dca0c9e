// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.deploy.Tool.Result;
import io.completionworker.docs.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Helm chart makes what Kubernetes takes, and refuses what cannot be right. */
class ChartTest {

  private static final String CHART = Path.of("deploy", "helm", "completion-worker").toString();

  private static Tool helm;

  @BeforeAll
  static void findHelm() {
    helm = Tool.orSkip("helm", "the chart is not checked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "rocksdb", "everything", "json"})
  void shouldBeAGoodChartWhoseManifestsKubernetesTakes(String values) {
    Result lint = helm.run("lint", "--strict", CHART, "-f", values(values));

    assertThat(lint.exitCode()).as(lint.text()).isZero();
    render(values).validate();
  }

  @Test
  void shouldMakeWhatThePageSaysOfItsExamples(@TempDir Path directory) throws IOException {
    List<String> examples = Page.blocks(Page.of("src/docs/deployment.md").section("Chart"), "yaml");
    Path values = Files.writeString(directory.resolve("values.yaml"), examples.get(0));

    Result result = helm.run("template", "jobs", CHART, "-f", values.toString());

    assertThat(result.exitCode()).as(result.text()).isZero();
    Manifests manifests = Manifests.of(result.text());
    manifests.validate();
    assertThat(manifests.kinds()).contains("PodDisruptionBudget", "ServiceMonitor");
    assertThat(manifests.one("ScaledObject").at("/spec/minReplicaCount").asInt()).isEqualTo(3);
    assertThat(manifests.pod().at("/initContainers/0/args/2").asText()).isEqualTo("12");
    assertThat(manifests.pod().path("topologySpreadConstraints")).hasSize(2);
    String operator = examples.get(1).replace("{name: NAME}", "{name: jobs-completion-worker}");
    Manifests.of(operator).validate();
    assertThat(manifests.one("ConfigMap").at("/metadata/name").asText())
        .isEqualTo("jobs-completion-worker");
  }

  @Test
  void shouldMakeWhatOtherPagesSayOfItsExamples() throws IOException {
    String job =
        Page.blocks(Page.of("src/docs/security.md").section("Where keys belong"), "yaml").get(0);
    String login =
        Page.blocks(Page.of("src/docs/sizing.md").section("Scale out and in"), "yaml").get(0);
    Result result =
        helm.run(
            "template",
            "jobs",
            CHART,
            "-f",
            values("everything"),
            "--set",
            "keda.authenticationRef=kafka-keda");

    Manifests.of(job).validate();
    Manifests.of(login).validate();
    assertThat(result.exitCode()).as(result.text()).isZero();
    JsonNode trigger = Manifests.of(result.text()).one("ScaledObject").at("/spec/triggers/0");
    assertThat(trigger.at("/authenticationRef/name").asText())
        .isEqualTo(Manifests.of(login).one("TriggerAuthentication").at("/metadata/name").asText());
  }

  @Test
  void shouldFindWhatKubernetesWouldNotTake() {
    String service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {prots: []}\n";
    String budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: 3\n";

    assertThatThrownBy(() -> Manifests.of(service).validate()).hasMessageContaining("prots");
    assertThatThrownBy(() -> Manifests.of("apiVersion: v1\nkind: Thing\n").validate())
        .hasMessageContaining("v1/Thing");
    assertThatThrownBy(() -> Manifests.of(budget).validate()).hasMessageContaining("policy/v1");
  }

  @Test
  void shouldNeedNoVolumesButWithRocksDb() {
    Manifests memory = render("memory");
    Manifests rocksDb = render("rocksdb");

    assertThat(memory.kinds()).contains("Deployment").doesNotContain("StatefulSet");
    assertThat(memory.pod().path("volumes").findValuesAsText("persistentVolumeClaim")).isEmpty();
    assertThat(rocksDb.kinds()).contains("StatefulSet").doesNotContain("Deployment");
    assertThat(rocksDb.one("StatefulSet").at("/spec/volumeClaimTemplates/0/metadata/name").asText())
        .isEqualTo("state");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "rocksdb", "everything", "json"})
  void shouldMakeSettingsThatTheWorkerTakes(String values, @TempDir Path directory)
      throws IOException {
    Manifests manifests = render(values);
    Path file = directory.resolve("worker.properties");
    Path prices = directory.resolve("prices.json");
    JsonNode data = manifests.one("ConfigMap").path("data");
    Files.writeString(prices, data.path("prices.json").asText());
    Files.writeString(
        file,
        data.path("worker.properties")
            .asText()
            .replace("/etc/completion-worker/prices.json", prices.toString()));

    // The image's, which the pod's win over; both win over the file.
    Map<String, String> environment = new HashMap<>();
    environment.put("MANAGEMENT_HOST", "0.0.0.0");
    environment.put("KAFKA_STATE_DIR", "/tmp/kafka-streams");
    manifests
        .pod()
        .at("/containers/0/env")
        .forEach(
            variable ->
                environment.put(
                    variable.path("name").asText(), variable.path("value").asText("of-the-pod")));
    WorkerSettings settings = WorkerConfig.load(Optional.of(file), environment);
    assertThat(settings.management().port()).isEqualTo(8080);
    assertThat(settings.kafka())
        .containsEntry(
            "state.dir",
            values.equals("rocksdb") ? "/var/lib/completion-worker" : "/tmp/kafka-streams");
  }

  /** So that the status page of each pod shows all of them. */
  @Test
  void shouldNameTheHeadlessServiceAsPeersUnlessOthersAreNamed() {
    Manifests manifests = render("everything");
    String service = manifests.one("Service").at("/metadata/name").asText();
    Result own = template("memory", "--set", "config.management\\.peers=a:1");

    assertThat(manifests.one("Service").at("/spec/clusterIP").asText()).isEqualTo("None");
    assertThat(manifests.one("ConfigMap").at("/data/worker.properties").asText())
        .contains("\nmanagement.peers=" + service + ":8080");
    assertThat(Manifests.of(own.text()).one("ConfigMap").at("/data/worker.properties").asText())
        .contains("management.peers=a:1")
        .doesNotContain(":8080");
  }

  @Test
  void shouldLetInstancesAskEachOtherThroughTheNetworkPolicy() {
    JsonNode policy = render("everything").one("NetworkPolicy").path("spec");
    JsonNode labels = policy.at("/podSelector/matchLabels");

    assertThat(policy.at("/ingress/0/from").findValues("podSelector"))
        .extracting(selector -> selector.path("matchLabels"))
        .contains(labels);
    assertThat(policy.at("/egress/1/ports/0/port").asInt()).isEqualTo(8080);
    assertThat(policy.at("/egress/1/to/0/podSelector/matchLabels")).isEqualTo(labels);
  }

  @Test
  void shouldTakeEveryTimeOfAProbeFromItsValues() {
    Manifests manifests =
        Manifests.of(
            template("memory", "--set", "probes.liveness.timeoutSeconds=9").text()); // once each
    JsonNode worker = manifests.pod().at("/containers/0");

    assertThat(worker.at("/livenessProbe/timeoutSeconds").asInt()).isEqualTo(9);
    assertThat(worker.at("/readinessProbe/timeoutSeconds").asInt()).isEqualTo(5);
    assertThat(worker.at("/startupProbe/timeoutSeconds").asInt()).isEqualTo(5);
  }

  /** Prometheus' job is the name of the Service, and the alerts look for the chart's in it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "it",
        "completion-worker",
        "a-release-with-a-name-of-35-letters",
        "a-release-with-a-name-of-36-letters-",
        "the-longest-name-that-helm-takes-has-fifty-three-chars",
        "the-longest-name-that-has-completion-worker-at-its-end"
      })
  void shouldKeepTheNameThatAlertsLookForHoweverLongTheReleases(String release) {
    String cut = release.substring(0, Math.min(53, release.length())).replaceFirst("-$", "x");
    String name = name(cut);

    assertThat(name).contains("completion-worker").hasSizeLessThanOrEqualTo(52);
    String other = (cut.length() > 40 ? cut.substring(0, cut.length() - 1) : cut) + "z";
    assertThat(name(other)).isNotEqualTo(name);
  }

  private static String name(String release) {
    Result result = helm.run("template", release, CHART, "-f", values("everything"));
    assertThat(result.exitCode()).as(result.text()).isZero();
    return Manifests.of(result.text()).one("Service").at("/metadata/name").asText();
  }

  @Test
  void shouldLeaveTheNamesOfInstancesToTheStatefulSet() {
    Result given = template("rocksdb", "--set", "config.kafka\\.group\\.instance\\.id=one");
    Result leaving = template("rocksdb", "--set", "config.shutdown\\.leave\\.group=true");

    assertThat(given.text()).contains("kafka.group.instance.id is the name of the pod");
    assertThat(Manifests.of(leaving.text()).one("ConfigMap").at("/data/worker.properties").asText())
        .contains("shutdown.leave.group=true")
        .doesNotContain("shutdown.leave.group=false");
  }

  @Test
  void shouldRunWithoutRightsAndWriteNothing() {
    JsonNode pod = render("memory").pod();
    JsonNode context = pod.at("/containers/0/securityContext");

    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
    assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
  }

  @Test
  void shouldTakeSecretsByReferenceOnly() {
    JsonNode variables = render("everything").pod().at("/containers/0/env");

    assertThat(variables.findValuesAsText("name")).contains("GATEWAY_API_KEY", "KAFKA_PASSWORD");
    assertThat(variables.findValues("secretKeyRef"))
        .extracting(reference -> reference.path("name").asText())
        .containsExactly("portkey", "kafka-user");
  }

  @Test
  void shouldMakeNewPodsWhenASettingChanges() {
    assertThat(checksum("config.async\\.max\\.in\\.flight=7"))
        .isNotEqualTo(checksum("config.async\\.max\\.in\\.flight=8"))
        .isEqualTo(checksum("config.async\\.max\\.in\\.flight=7"));
  }

  @Test
  void shouldLeaveTheNumberOfInstancesToKeda() {
    Manifests manifests = render("everything");

    assertThat(manifests.one("Deployment").at("/spec/replicas").isMissingNode()).isTrue();
    assertThat(manifests.one("ScaledObject").at("/spec/triggers/0/metadata/consumerGroup").asText())
        .isEqualTo("enrichment");
  }

  @Test
  void shouldLetKedaLookAtTheLagOfEachClass() {
    String text =
        template("everything", "--set", "config.classes=urgent\\, standard\\,bulk").text();
    JsonNode triggers = Manifests.of(text).one("ScaledObject").at("/spec/triggers");

    assertThat(triggers.findValuesAsText("consumerGroup"))
        .containsExactly("enrichment-urgent", "enrichment", "enrichment-bulk");
    assertThat(triggers.findValuesAsText("topic"))
        .containsExactly(
            "enrichment-requests-urgent", "enrichment-requests", "enrichment-requests-bulk");
    assertThat(triggers.findValuesAsText("sasl")).hasSize(3);
    assertThat(triggers.findValues("authenticationRef")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "store=disk                             | /store': value must be one of 'memory',"
            + " 'rocksdb'",
        "colour=red                             | additional properties 'colour' not allowed",
        "config.gateway\\.api\\.key=sk-12345      | /config/gateway.api.key",
        "config.kafka\\.ssl\\.key\\.password=open  | /config/kafka.ssl.key.password",
        "config.async\\.store=rocksdb            | /config/async.store",
        "config.schema\\.registry\\.url=          | /config/schema.registry.url': minLength",
        "config.value\\.format=xml              | /config/value.format': value must be one of",
        "config.async\\.max\\.inflight=3          | properties 'async.max.inflight' not allowed",
        "config.kafka\\.bootstrap\\.server=a:1     | 'kafka.bootstrap.server' not allowed",
        "config.gateway\\.authorization=a ${b}    | /config/gateway.authorization",
        "config.kafka\\.sasl\\.oauthbearer\\.assertion\\.private\\.key\\.passphrase=open |"
            + " private.key.passphrase",
        "config.kafka\\.producer\\.ssl\\.keystore\\.certificate\\.chain=PEM |"
            + " /config/kafka.producer.ssl.keystore.certificate.chain",
        "config.schema\\.registry\\.bearer\\.auth\\.token=t | /config/schema.registry.bearer",
        "config.gateway\\.headers\\.x-team=search  | /config/gateway.headers.x-team",
        "config.kafka\\.sasl\\.oauthbearer\\.token\\.endpoint\\.url=https://u:p@idp |"
            + " oauthbearer.token.endpoint.url",
        "image.pullPolicy=Sometimes             | /image/pullPolicy",
        "secrets[0].env=KEY                     | missing properties 'secret', 'key'",
        "replicaCount=9                         | replicaCount is 9, but there are 6 partitions",
        "keda.enabled=true,keda.maxReplicas=40  | more instances than partitions do nothing",
        "terminationGracePeriodSeconds=30       | terminationGracePeriodSeconds must be at least"
            + " 65",
        "config.shutdown\\.drain\\.ms=60000       | terminationGracePeriodSeconds must be at least"
            + " 105"
      })
  void shouldRefuseValuesThatCannotBeRight(String setting, String message) {
    Result result = template("memory", "--set", setting);

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.text()).contains(message);
  }

  private static String checksum(String setting) {
    Result result = template("memory", "--set", setting);
    return Manifests.of(result.text())
        .one("Deployment")
        .at("/spec/template/metadata/annotations/checksum~1config")
        .asText();
  }

  private static Manifests render(String values) {
    Result result = template(values);
    assertThat(result.exitCode()).as(result.text()).isZero();
    return Manifests.of(result.text());
  }

  private static Result template(String values, String... more) {
    List<String> arguments = new ArrayList<>(List.of("template", "it", CHART));
    arguments.addAll(List.of("-f", values(values)));
    arguments.addAll(List.of(more));
    return helm.run(arguments.toArray(String[]::new));
  }

  private static String values(String name) {
    return Path.of(CHART, "ci", name + "-values.yaml").toString();
  }
}
