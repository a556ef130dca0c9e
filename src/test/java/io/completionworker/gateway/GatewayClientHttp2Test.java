// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.gateway.connection.Certificates;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HTTP/2 against a server that takes ten requests at once on each connection, and no more. */
@Timeout(120)
class GatewayClientHttp2Test {

  private static final int STREAMS = 10;
  private static final Duration PATIENT = Duration.ofSeconds(25);
  private static final int IN_FLIGHT = 100;

  @RegisterExtension private final Clients clients = new Clients();

  @Test
  void shouldHaveAllCallsInFlightWhateverTheServersLimitOfStreams() throws Exception {
    Gathering gathering = new Gathering(IN_FLIGHT);
    TlsServer server = clients.closing(TlsServer.limiting(STREAMS, gathering::accept));
    GatewayClient client = client(server);

    gather(client, IN_FLIGHT);

    assertThat(gathering.versions).containsExactly(HttpVersion.HTTP_2);
    assertThat(gathering.mostOnOneConnection).isLessThanOrEqualTo(STREAMS);
    assertThat(server.connections())
        .as("enough of them, and not one for each call")
        .isBetween(IN_FLIGHT / STREAMS, IN_FLIGHT / 2);
  }

  @Test
  void shouldFillTheConnectionsItHas() throws Exception {
    Gathering gathering = new Gathering(IN_FLIGHT);
    TlsServer server = clients.closing(TlsServer.limiting(STREAMS, gathering::accept));
    GatewayClient client = client(server);
    for (int round = 0; round < 5; round++) {
      gather(client, IN_FLIGHT);
    }

    assertThat(gathering.mostOnOneConnection).isEqualTo(STREAMS);
    assertThat(server.connections()).isLessThan(IN_FLIGHT / 2);
  }

  @Test
  void shouldNeedOneConnectionOfAServerThatTakesMany() throws Exception {
    Gathering gathering = new Gathering(IN_FLIGHT);
    TlsServer server = clients.closing(TlsServer.limiting(IN_FLIGHT, gathering::accept));
    GatewayClient client = client(server);

    gather(client, IN_FLIGHT);

    assertThat(server.connections()).as("one for each event loop").isLessThanOrEqualTo(4);
  }

  /** All of them end well, which they do only once the server has all of them at the same time. */
  private static void gather(GatewayClient client, int calls) throws Exception {
    List<CompletionStage<AttemptResult>> stages =
        IntStream.range(0, calls).mapToObj(i -> client.attempt(Calls.hello())).toList();
    for (CompletionStage<AttemptResult> stage : stages) {
      assertThat(CompletionClientContract.result(stage)).isInstanceOf(AttemptResult.Answered.class);
    }
  }

  private GatewayClient client(TlsServer server) throws Exception {
    Settings settings =
        Settings.at(server.url())
            .trusting(Certificates.made().ca(Format.PEM))
            .http2()
            .connectTimeout(PATIENT)
            .requestTimeout(PATIENT)
            .idleTimeout(PATIENT);
    return clients.closing(
        GatewayClient.start(settings.config(), IN_FLIGHT, InstantSource.system()));
  }

  /** Answers none before all are there; used on the one event loop of the server. */
  private static final class Gathering {

    private final int all;
    private final List<HttpServerRequest> waiting = new ArrayList<>();
    private final Map<HttpConnection, Integer> open = new HashMap<>();
    private final Set<HttpVersion> versions = new HashSet<>();
    private volatile int mostOnOneConnection;

    Gathering(int all) {
      this.all = all;
    }

    void accept(HttpServerRequest request) {
      versions.add(request.version());
      mostOnOneConnection =
          Math.max(mostOnOneConnection, open.merge(request.connection(), 1, Integer::sum));
      waiting.add(request);
      if (waiting.size() == all) {
        open.clear();
        List<HttpServerRequest> answered = List.copyOf(waiting);
        waiting.clear();
        answered.forEach(each -> each.response().end(Behaviours.ANSWER));
      }
    }
  }
}
