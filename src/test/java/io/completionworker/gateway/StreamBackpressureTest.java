// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.gateway.MisbehavingServer.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A taker of deltas that has no room for a while. */
@Timeout(60)
class StreamBackpressureTest {

  private static final int PIECES = 2000;
  private static final byte[] STREAM =
      StreamCalls.events(
          Stream.concat(
                  IntStream.range(0, PIECES)
                      .mapToObj(
                          i -> StreamCalls.choice(0, "{\"content\":\"%d \"}".formatted(i), "null")),
                  Stream.of(StreamCalls.choice(0, "{}", "\"stop\""), "[DONE]"))
              .toArray(String[]::new));
  private static final String TEXT =
      IntStream.range(0, PIECES).mapToObj(i -> i + " ").collect(Collectors.joining());

  @RegisterExtension private final Clients clients = new Clients();
  private final FullSink sink = new FullSink();

  @ParameterizedTest
  @ValueSource(ints = {100, 4096, 1 << 20})
  void shouldLoseNothing(int packet) throws Exception {
    CompletionStage<AttemptResult> attempt =
        attempt(StreamBehaviours.inPackets(STREAM, packet), Settings::at);
    for (int i = 0; i <= PIECES; i++) {
      sink.resume();
    }

    assertThat(text(CompletionClientContract.result(attempt))).isEqualTo(TEXT);
    assertThat(sink.text()).isEqualTo(TEXT);
  }

  @Test
  void shouldPassOnNothingBeforeThereIsRoom() throws Exception {
    CompletionStage<AttemptResult> attempt =
        attempt(StreamBehaviours.streams(STREAM), Settings::at);
    Runnable resume = sink.full();

    assertThat(sink.taken).hasSize(1);
    resume.run();
    sink.full();
    assertThat(sink.taken).hasSize(2);
    assertThat(attempt.toCompletableFuture()).isNotDone();
  }

  @Test
  void shouldNotCallItSilenceWhenTheServerHasToWait() throws Exception {
    Duration idle = Duration.ofSeconds(1);
    CompletionStage<AttemptResult> attempt =
        attempt(StreamBehaviours.inPackets(STREAM, 100), url -> Settings.at(url).idleTimeout(idle));
    Runnable resume = sink.full();

    assertThatThrownBy(() -> attempt.toCompletableFuture().get(1_500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    sink.room = true;
    resume.run();

    assertThat(text(CompletionClientContract.result(attempt))).isEqualTo(TEXT);
  }

  @Test
  void shouldWatchForSilenceAgainOnceThereIsRoom() throws Exception {
    CompletionStage<AttemptResult> attempt =
        attempt(
            StreamBehaviours.thenSilent(StreamCalls.events(StreamCalls.choice(0, "{}", "null"))),
            url -> Settings.at(url).idleTimeout(Duration.ofSeconds(1)));
    sink.full().run();

    AttemptResult result = CompletionClientContract.result(attempt);
    assertThat(StreamCalls.error(result).reason()).isEqualTo(FailureReason.STREAM_TRUNCATED);
  }

  @Test
  void shouldNotWaitLongerThanTheRequestMayTake() throws Exception {
    AttemptResult result =
        CompletionClientContract.result(
            attempt(
                StreamBehaviours.streams(STREAM),
                url -> Settings.at(url).requestTimeout(Duration.ofSeconds(1))));

    assertThat(StreamCalls.error(result).reason()).isEqualTo(FailureReason.REQUEST_TIMEOUT);
    sink.full().run(); // too late, and harmless
  }

  @Test
  void shouldNotLoseWhatCameBeforeTheServerClosedTheConnection() throws Exception {
    CompletionStage<AttemptResult> attempt =
        attempt(StreamBehaviours.endsAndCloses(StreamCalls.USAGE), Settings::at);
    for (int i = 0; i < 6; i++) {
      sink.resume();
    }

    assertThat(text(CompletionClientContract.result(attempt))).isEqualTo("Hello there.");
  }

  private CompletionStage<AttemptResult> attempt(
      Behaviour behaviour, Function<String, Settings> settings) throws Exception {
    MisbehavingServer server = clients.server(behaviour);
    GatewayClient client = clients.client(settings.apply(server.url()));
    return client.attempt(StreamCalls.streamed(), sink);
  }

  private static String text(AttemptResult result) {
    assertThat(result).isInstanceOf(AttemptResult.Answered.class);
    return ((AttemptResult.Answered) result).answer().choices().get(0).getMessage().getContent();
  }

  /** Has room for one delta at a time. */
  private static final class FullSink implements DeltaSink {

    private final List<ChunkDelta> taken = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Runnable> resumes = new LinkedBlockingQueue<>();
    private volatile boolean room;

    @Override
    public boolean accept(ChunkDelta delta, Runnable resume) {
      taken.add(delta);
      resumes.add(resume);
      return room;
    }

    /** Waits until it has no room; what it returns makes room for one. */
    Runnable full() throws InterruptedException {
      return Objects.requireNonNull(resumes.poll(30, TimeUnit.SECONDS), "no delta came");
    }

    void resume() throws InterruptedException {
      full().run();
    }

    String text() {
      return taken.stream()
          .flatMap(delta -> delta.choices().stream())
          .map(ChoiceDelta::getContent)
          .filter(Objects::nonNull)
          .collect(Collectors.joining());
    }
  }
}
