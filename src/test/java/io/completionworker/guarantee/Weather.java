// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.demo.endpoint.Reply;
import java.util.random.RandomGenerator;

/** What the gateway does to some of the calls, over and over. */
enum Weather {
  CALM(0),
  RESETS(0.2),
  /** No answer, until the worker gives up. */
  STALLS(0.01),
  /** Forty errors in a row, which opens the breaker, then a hundred and sixty answers. */
  ERROR_BURSTS(0),
  /** Good answers, if one waits for them. */
  SLOW_BYTES(0.3),
  /** Streams, and answers in one piece, that end in the middle. */
  CUT_STREAMS(0.2),
  GARBAGE(0.1);

  private static final int PERIOD = 200;
  private static final int BURST = 40;

  /** What a call gets. */
  record Fate(Reply reply, boolean answered) {}

  private final double share;

  Weather(double share) {
    this.share = share;
  }

  /** The next call's fate; {@code number} counts calls. */
  Fate next(long number, RandomGenerator dice) {
    boolean hit = this == ERROR_BURSTS ? number % PERIOD < BURST : dice.nextDouble() < share;
    return hit ? new Fate(fault(dice), this == SLOW_BYTES) : new Fate(Reply.completion(), true);
  }

  private Reply fault(RandomGenerator dice) {
    return switch (this) {
      case CALM -> Reply.completion();
      case RESETS -> Reply.reset();
      case STALLS -> Reply.silence();
      case ERROR_BURSTS -> dice.nextBoolean() ? Reply.serverError() : Reply.overloaded();
      case SLOW_BYTES -> Reply.trickled();
      case CUT_STREAMS -> Reply.truncated();
      case GARBAGE -> garbage(dice);
    };
  }

  private static Reply garbage(RandomGenerator dice) {
    return switch (dice.nextInt(4)) {
      case 0 -> Reply.json(200, "<html><body>It works!</body></html>");
      case 1 -> Reply.json(200, "{\"choices\":[{\"message\":");
      case 2 -> Reply.json(200, "");
      default -> Reply.json(502, "\u0000\u0001\ufffd");
    };
  }
}
