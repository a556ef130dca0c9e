// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.gateway.connection.Certificates;
import io.completionworker.secrets.SearchedWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker where everything is locked: brokers that want SASL over TLS and have ACLs, a registry
 * with a password behind TLS, an endpoint that asks for a certificate; all of a private CA.
 */
@Tag("long")
class SecuredIT {

  private static final String APPLICATION = "completion-worker";
  private static final String PASSWORD = "pa55word";
  private static final int REQUESTS = 40;
  private static final Duration LONG = Duration.ofMinutes(2);

  private Stand stand;
  private TlsFront registry;
  private TlsFront endpoint;
  private Outcomes outcomes;

  @BeforeEach
  void start() throws Exception {
    stand =
        new Stand(
            Behaviour.builder().errors(new ErrorMix(0, 0, 0, 0.1, 0, Duration.ZERO)).build(),
            2,
            EmbeddedBroker.start(1, lockedListener()));
    stand.registry.demand(Asked.USER + ":" + PASSWORD);
    registry = new TlsFront(stand.registry.port(), false);
    endpoint = new TlsFront(stand.endpoint.url().getPort(), true);
    outcomes = new Outcomes(stand);
    Asked.forget();
  }

  @AfterEach
  void close() {
    outcomes.close();
    endpoint.close();
    registry.close();
    stand.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldRunWithExactlyTheDocumentedAcls(String protocol) throws Exception {
    List<AclBinding> acls = DocumentedAcls.of(APPLICATION);
    grant(acls);
    Map<String, String> settings = settings();
    settings.put("kafka.group.protocol", protocol);

    stand.publish(0, REQUESTS, 5, SecuredIT::request);
    stand.publishRaw("k", "no Avro".getBytes(StandardCharsets.UTF_8));
    try (WorkerProcess first = new WorkerProcess(stand, settings)) { // looks at the topics too
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> outcomes.poll().deadLetters() == 1);
      assertThat(first.alive()).isTrue();
    }
    stand.publish(REQUESTS, 2 * REQUESTS, 5, SecuredIT::request);
    try (SearchedWorker second = stand.start(settings)) { // reads the changelogs, has no state
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 2 * REQUESTS);
      assertThat(second.notReadyReasons()).isEmpty();
    }

    assertThat(outcomes.repeated()).isEmpty();
    List<Asked.Permission> asked = Asked.permissions();
    assertThat(asked).filteredOn(Asked.Permission::wanted).allMatch(Asked.Permission::allowed);
    assertThat(acls).allSatisfy(acl -> assertThat(asked).anyMatch(it -> needs(it, acl)));
  }

  /** It may see that the topic is there, so nothing is wrong before Kafka Streams starts. */
  @Test
  void shouldEndWhenItMayNotReadControls() throws Exception {
    grant(DocumentedAcls.of(APPLICATION).stream().map(SecuredIT::withoutReadingControls).toList());

    try (WorkerProcess worker = new WorkerProcess(stand, settings())) {
      await().atMost(LONG).until(() -> !worker.alive());

      assertThat(worker.exitCode()).isEqualTo(1);
      assertThat(worker.output().strip().lines())
          .last()
          .isEqualTo(
              "The worker stopped: Not authorized to access topics: [" + Stand.CONTROLS + "]");
    }
  }

  private static AclBinding withoutReadingControls(AclBinding acl) {
    boolean reads =
        acl.pattern().name().equals(Stand.CONTROLS) && acl.entry().operation() == AclOperation.READ;
    return reads
        ? new AclBinding(
            acl.pattern(),
            new AccessControlEntry(
                acl.entry().principal(), "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW))
        : acl;
  }

  /** Every tenth is refused by the validator, so that there are failures too. */
  private static CompletionRequest request(int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number))
        .setStream(number % 2 == 0)
        .setN(number % 10 == 0 ? -1 : 1)
        .build();
  }

  private static boolean needs(Asked.Permission asked, AclBinding acl) {
    ResourcePattern resource = acl.pattern();
    boolean named =
        resource.patternType() == PatternType.PREFIXED
            ? asked.name().startsWith(resource.name())
            : asked.name().equals(resource.name());
    return named
        && asked.type() == resource.resourceType()
        && asked.operation() == acl.entry().operation();
  }

  private void grant(List<AclBinding> acls) throws Exception {
    try (Admin admin = stand.broker.admin()) {
      admin.createAcls(acls).all().get();
    }
  }

  private Map<String, String> settings() throws Exception {
    Certificates certificates = Certificates.made();
    String trusted = certificates.ca(Format.PKCS12).path().toString();
    Map<String, String> settings = new HashMap<>();
    settings.put("usage.window.ms", "1000");
    settings.put("usage.window.grace.ms", "1000");
    settings.put("kafka.bootstrap.servers", "localhost:" + stand.broker.port("LOCKED"));
    settings.put("kafka.security.protocol", "SASL_SSL");
    settings.put("kafka.sasl.mechanism", "PLAIN");
    settings.put("kafka.sasl.jaas.config", login() + ";");
    settings.put("kafka.ssl.truststore.type", "PKCS12");
    settings.put("kafka.ssl.truststore.location", trusted);
    settings.put("kafka.ssl.truststore.password", Certificates.PASSWORD);
    settings.put("schema.registry.url", registry.url(""));
    settings.put("basic.auth.credentials.source", "USER_INFO");
    settings.put("basic.auth.user.info", Asked.USER + ":" + PASSWORD);
    settings.put("schema.registry.ssl.truststore.type", "PKCS12");
    settings.put("schema.registry.ssl.truststore.location", trusted);
    settings.put("schema.registry.ssl.truststore.password", Certificates.PASSWORD);
    settings.put("gateway.url", endpoint.url("/v1"));
    settings.put("gateway.tls.trust.store.path", trusted);
    settings.put("gateway.tls.trust.store.password", Certificates.PASSWORD);
    settings.put(
        "gateway.tls.key.store.path", certificates.key("client", Format.PKCS12).path().toString());
    settings.put("gateway.tls.key.store.password", Certificates.PASSWORD);
    return settings;
  }

  /** The kit's own listener, for the test, whose nameless user may do everything; and a locked. */
  private static Map<String, String> lockedListener() throws Exception {
    String prefix = "listener.name.locked.";
    return Map.ofEntries(
        Map.entry(
            "listeners", "EXTERNAL://localhost:0,LOCKED://localhost:0,CONTROLLER://localhost:0"),
        Map.entry(
            "listener.security.protocol.map",
            "EXTERNAL:PLAINTEXT,LOCKED:SASL_SSL,CONTROLLER:PLAINTEXT"),
        Map.entry("authorizer.class.name", Asked.class.getName()),
        Map.entry("super.users", "User:ANONYMOUS"),
        Map.entry("sasl.enabled.mechanisms", "PLAIN"),
        Map.entry(
            prefix + "plain.sasl.jaas.config",
            login() + " user_" + Asked.USER + "=\"" + PASSWORD + "\";"),
        Map.entry(prefix + "ssl.keystore.type", "PKCS12"),
        Map.entry(
            prefix + "ssl.keystore.location",
            Certificates.made().key("server", Format.PKCS12).path().toString()),
        Map.entry(prefix + "ssl.keystore.password", Certificates.PASSWORD),
        Map.entry(prefix + "ssl.key.password", Certificates.PASSWORD));
  }

  private static String login() {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
        + Asked.USER
        + "\" password=\""
        + PASSWORD
        + "\"";
  }
}
