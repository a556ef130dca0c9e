// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the stream threads after the wall clock was set back. The old ones commit when they end;
 * open calls and answers that were not committed go over to the new ones, so nothing is called
 * again.
 */
record ThreadReplacement(KafkaStreams streams, StreamsClients clients, int threads)
    implements Consumer<Duration> {

  private static final Logger log = LoggerFactory.getLogger(ThreadReplacement.class);
  private static final Duration END_OF_ONE = Duration.ofSeconds(30);

  @Override
  public void accept(Duration setBack) {
    log.warn(
        "The wall clock was set back by {} s: the stream threads are replaced, since Kafka's clients"
            + " would wait for it; no call is made again",
        setBack.toSeconds());
    for (int i = 0; i < threads; i++) {
      streams.addStreamThread();
    }
    for (int i = 0; i < threads; i++) {
      clients.wakeUp();
      streams.removeStreamThread(END_OF_ONE); // the oldest one
    }
  }
}
