// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.container.Images;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * Nine providers, each in its own words, behind the real gateway: what the client makes of what the
 * gateway makes of it.
 */
@Tag("long")
@Tag("heavy")
@Timeout(300)
@ExtendWith(Images.Condition.class)
class BehindGatewayIT {

  private static final Path RECORDED =
      Path.of("src", "test", "resources", "dialects", "gateway.json");

  private static final String COMMAND =
      "mvn -q verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dit.test=BehindGatewayIT -Dpages.write=true";

  /** Some of what it sends depends on how the packets of the provider fall. */
  private static final int TRIES = 20;

  private static GenericContainer<?> gateway;
  private static PlayedEndpoint provider;
  private static PlayedCases played;

  @BeforeAll
  static void start() throws IOException {
    provider = new PlayedEndpoint(new InetSocketAddress(0).getAddress());
    gateway =
        new GenericContainer<>(Images.gateway())
            .withExposedPorts(8787)
            .withExtraHost("host.docker.internal", "host-gateway")
            .waitingFor(Wait.forHttp("/").withStartupTimeout(Duration.ofMinutes(2)));
    gateway.start();
    played = new PlayedCases(provider, gatewayUrl(), providerUrl());
  }

  @AfterAll
  static void stop() throws IOException {
    if (played != null) {
      played.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadWhatTheGatewayMakesOfIt(DialectCase each) throws Exception {
    Expectation.of(each).check(played.play(each, each.first()));
  }

  /** So that every machine plays what the gateway was seen to send. */
  @Test
  void shouldHaveRecordedWhatTheGatewaySends() throws Exception {
    List<String> lines = new ArrayList<>();
    for (DialectCase each : CaseFile.behindGateway()) {
      lines.add(recorded(each));
    }
    String recorded = lines.stream().collect(Collectors.joining(",\n", "[\n", "\n]\n"));

    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(RECORDED, recorded);
    }
    assertThat(Files.readString(RECORDED))
        .as("out of date, rewrite with: " + COMMAND)
        .isEqualTo(recorded);
  }

  static Stream<DialectCase> cases() {
    return CaseFile.behindGateway().stream();
  }

  /** What is recorded, if the gateway still sends it; else what it sends now. */
  private static String recorded(DialectCase each) throws IOException, InterruptedException {
    List<String> known = Files.readAllLines(RECORDED);
    String line = "";
    for (int i = 0; i < TRIES; i++) {
      provider.play(each.first(), Framing.CHUNKED, PlayedEndpoint.AS_IT_IS);
      line = line(each, Recording.of(URI.create(gatewayUrl()), providerUrl(), each));
      if (known.contains(line) || known.contains(line + ",")) {
        return line;
      }
    }
    return line;
  }

  private static String line(DialectCase each, Reply seen) throws IOException {
    ObjectNode line = said(each);
    line.remove(List.of("headers", "answered"));
    line.set("answers", CaseFile.JSON.createArrayNode().add(said(seen)));
    return CaseFile.JSON.writeValueAsString(line);
  }

  /** The members that are set. */
  private static ObjectNode said(Object value) {
    ObjectNode all = CaseFile.JSON.valueToTree(value);
    List<String> absent = new ArrayList<>();
    all.properties().stream()
        .filter(member -> member.getValue().isNull())
        .forEach(member -> absent.add(member.getKey()));
    return all.remove(absent);
  }

  private static String gatewayUrl() {
    return "http://" + gateway.getHost() + ":" + gateway.getMappedPort(8787) + "/v1";
  }

  private static String providerUrl() {
    return "http://host.docker.internal:" + provider.port() + "/v1";
  }
}
