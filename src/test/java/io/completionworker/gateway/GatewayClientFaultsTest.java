// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The real client against servers that do what servers do. */
@Timeout(60)
class GatewayClientFaultsTest {

  private static final Duration SHORT = Duration.ofMillis(100);

  @RegisterExtension private final Clients clients = new Clients();

  @Test
  void shouldGiveUpOnSilence() throws Exception {
    assertTimeout(
        clients.error(Behaviours.neverAnswers(), settings -> settings.idleTimeout(SHORT)));
  }

  @Test
  void shouldGiveUpOnSilenceWithinTheAnswer() throws Exception {
    assertTimeout(
        clients.error(Behaviours.neverSendsTheBody(), settings -> settings.idleTimeout(SHORT)));
  }

  @Test
  void shouldGiveUpOnAnAnswerThatNeverEnds() throws Exception {
    AttemptError error =
        clients.error(
            Behaviours.dripsForEver(5),
            settings -> settings.requestTimeout(Duration.ofMillis(400)));

    assertTimeout(error);
    assertThat(error.message()).contains("400 ms");
  }

  @Test
  void shouldCloseTheConnectionOfAnAnswerThatIsNotAwaitedAnyMore() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.neverAnswers());
    GatewayClient client = clients.client(Settings.at(server.url()).idleTimeout(SHORT));
    Clients.attempt(client, Calls.hello());
    Clients.attempt(client, Calls.hello());

    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void shouldTakeAResetForALostCallThatMayHaveBeenBilled() throws Exception {
    assertLost(clients.error(Behaviours.resetsBeforeTheHead()));
    assertLost(clients.error(Behaviours.resetsWithinTheBody()));
    assertLost(clients.error(Behaviours.closesWithinTheBody()));
  }

  @Test
  void shouldNotTakeHalfAnAnswerForAnAnswer() throws Exception {
    AttemptError error = clients.error(Behaviours.endsABodyWithoutLengthTooEarly());

    assertThat(error.reason()).isEqualTo(FailureReason.INVALID_RESPONSE);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  @Test
  void shouldSurviveWhatIsNotHttp() throws Exception {
    AttemptError error = clients.error(Behaviours.answersGarbage());

    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  @Test
  void shouldSurviveCompressionThatIsBroken() throws Exception {
    AttemptError error = clients.error(Behaviours.brokenCompression());

    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  @Test
  void shouldRefuseAnAnswerThatIsTooLarge() throws Exception {
    assertTooLarge(
        clients.error(Behaviours.huge(200, 5000), settings -> settings.maxResponseBytes(4999)));
  }

  @Test
  void shouldRefuseBlanksWithoutEndBehindAByteOrderMark() throws Exception {
    assertTooLarge(
        clients.error(
            Behaviours.status(200, "", "\ufeff" + " ".repeat(5000)),
            settings -> settings.maxResponseBytes(4999)));
  }

  @Test
  void shouldTakeAnAnswerOfExactlyTheLargestSize() throws Exception {
    assertThat(
            clients.attempt(
                Behaviours.ok(), settings -> settings.maxResponseBytes(Behaviours.ANSWER.length())))
        .isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldCutAGzipBomb() throws Exception {
    assertTooLarge(
        clients.error(Behaviours.gzipBomb(100), settings -> settings.maxResponseBytes(100_000)));
  }

  @Test
  void shouldGoByTheStatusOfAnErrorWithAHugeBody() throws Exception {
    AttemptError error =
        clients.error(Behaviours.huge(502, 300_000), settings -> settings.maxResponseBytes(1000));

    assertThat(error.reason()).isEqualTo(FailureReason.SERVER_ERROR);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
  }

  @Test
  void shouldKnowThatNothingWasSentWithoutAConnection() throws Exception {
    MisbehavingServer gone = clients.server(Behaviours.ok());
    gone.close();

    assertNotConnected(Clients.attempt(clients.client(Settings.at(gone.url())), Calls.hello()));
    assertNotConnected(
        Clients.attempt(
            clients.client(
                Settings.at("http://no-such-host.invalid/v1")
                    .connectTimeout(Duration.ofSeconds(2))),
            Calls.hello()));
  }

  @Test
  void shouldKnowThatNothingWasSentWhenTheHandshakeFails() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.ok());
    String tls = server.url().replace("http:", "https:");

    assertNotConnected(
        Clients.attempt(
            clients.client(Settings.at(tls).connectTimeout(Duration.ofSeconds(2))), Calls.hello()));
  }

  @Test
  void shouldEndWhatIsOpenAsLostWhenItCloses() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.neverAnswers());
    GatewayClient client = clients.client(Settings.at(server.url()));
    CompletableFuture<AttemptResult> open = client.attempt(Calls.hello()).toCompletableFuture();
    server.received();
    client.close();

    assertLost(Clients.error(CompletionClientContract.result(open)));

    AttemptError late = Clients.error(Clients.attempt(client, Calls.hello()));
    assertThat(late.reason()).isEqualTo(FailureReason.CONNECTION_LOST);
    assertThat(late.maybeBilled()).isFalse();
  }

  private static void assertTimeout(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.REQUEST_TIMEOUT);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  private static void assertLost(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.CONNECTION_LOST);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  private static void assertTooLarge(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.RESPONSE_TOO_LARGE);
    assertThat(error.disposition()).isEqualTo(Disposition.FAIL);
    assertThat(error.status()).isEqualTo(200);
  }

  private static void assertNotConnected(AttemptResult result) {
    AttemptError error = Clients.error(result);
    assertThat(error.reason()).isEqualTo(FailureReason.CONNECT_FAILED);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isFalse();
    assertThat(error.status()).isNull();
  }
}
