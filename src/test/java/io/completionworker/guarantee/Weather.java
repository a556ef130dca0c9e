package io.completionworker.guarantee;

import io.completionworker.demo.endpoint.Reply;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What the gateway does to some of the calls, over and over. */
enum Weather {
  CALM(0, false, List.of(Reply::completion)),
  RESETS(0.2, false, List.of(Reply::reset)),
  /** No answer, until the worker gives up. */
  STALLS(0.01, false, List.of(Reply::silence)),
  /** Forty errors in a row, which opens the breaker, then a hundred and sixty answers. */
  ERROR_BURSTS(0, false, List.of(Reply::serverError, Reply::overloaded)),
  /** Good answers, if one waits for them. */
  SLOW_BYTES(0.3, true, List.of(Reply::trickled)),
  /** Streams, and answers in one piece, that end in the middle. */
  CUT_STREAMS(0.2, false, List.of(Reply::truncated)),
  GARBAGE(
      0.1,
      false,
      List.of(
          () -> Reply.json(200, "<html><body>It works!</body></html>"),
          () -> Reply.json(200, "{\"choices\":[{\"message\":"),
          () -> Reply.json(200, ""),
          () -> Reply.json(502, "\u0000\u0001\ufffd")));

  private static final int PERIOD = 200;
  private static final int BURST = 40;

  /** What a call gets. */
  record Fate(Reply reply, boolean answered) {}

  private final double share;
  private final boolean answered;
  private final List<Supplier<Reply>> faults;

  Weather(double share, boolean answered, List<Supplier<Reply>> faults) {
    this.share = share;
    this.answered = answered;
    this.faults = faults;
  }

  /** The next call's fate; {@code number} counts calls. */
  Fate next(long number, RandomGenerator dice) {
    boolean hit = this == ERROR_BURSTS ? number % PERIOD < BURST : dice.nextDouble() < share;
    return hit
        ? new Fate(faults.get(dice.nextInt(faults.size())).get(), answered)
        : new Fate(Reply.completion(), true);
  }
}
