// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AnswerRoom;
import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.json.RequestEncoder;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.stream.AnswerStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/** What all exchanges share: immutable, safe on every thread. */
record Wiring(
    Endpoint endpoint,
    GatewayConfig.Transport transport,
    CallHeaders headers,
    RequestEncoder encoder,
    ResponseReader reader,
    AnswerStream.Rules streams,
    TransportFailures failures,
    AnswerRoom room) {

  /** Longer than anyone waits, and short enough to be added to a time. */
  static final Duration LONGEST = Duration.ofDays(365);

  /** Nanoseconds that can be added to a time. */
  static long nanos(Duration duration) {
    return (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
  }

  static Wiring of(GatewayConfig config, String version, InstantSource clock, AnswerRoom room) {
    Redactor redactor = Redactor.of(config);
    var classifier =
        new StatusClassifier(
            new RetryAfter(clock, () -> ThreadLocalRandom.current().nextDouble()), redactor);
    var streams = new AnswerStream.Rules(config.transport().maxResponseBytes(), clock);
    return new Wiring(
        Endpoint.of(config),
        config.transport(),
        new CallHeaders(config, version),
        new RequestEncoder(),
        new ResponseReader(classifier, streams),
        streams,
        new TransportFailures(redactor),
        room);
  }
}
