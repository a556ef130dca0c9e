// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.cli.check.Checks.EndpointProbe;
import io.completionworker.cli.check.Checks.Finding;
import io.completionworker.config.WorkerSettings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Checks the endpoint, and compares this machine's clock with the date of the endpoint's reply. */
record EndpointCheck(
    WorkerSettings settings,
    EndpointProbe probe,
    Duration timeout,
    Function<Throwable, String> words,
    InstantSource clock)
    implements Callable<List<Finding>> {

  private static final String ABOUT = "endpoint";
  private static final String CLOCK = "clock";
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  @Override
  public List<Finding> call() throws InterruptedException {
    Instant before = clock.instant();
    try {
      EndpointProbe.Reply reply = probe.send(settings, timeout);
      return List.of(verdict(reply.status()), clock(reply.date(), before, clock.instant()));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) { // anything that the client throws
      String see = "; see gateway.url, gateway.proxy.* and gateway.tls.*";
      return List.of(
          Finding.fail(ABOUT, settings.gateway().url() + ": " + words.apply(e) + see),
          Finding.warn(CLOCK, "not compared, for want of an answer"));
    }
  }

  private Finding verdict(int status) {
    String answer = settings.gateway().url() + " answers " + status;
    return switch (status) {
      case 401, 403 ->
          Finding.fail(
              ABOUT,
              answer
                  + ": it refuses the credentials; change gateway.api.key, gateway.virtual.key or"
                  + " gateway.authorization");
      case 404, 405 ->
          Finding.fail(
              ABOUT, answer + ": wrong path; gateway.url is what /chat/completions is appended to");
      case 407 -> Finding.fail(ABOUT, answer + ": the proxy refuses; see gateway.proxy.username");
      case 402, 412, 429 ->
          Finding.warn(ABOUT, answer + ": a budget, quota or limit of the account is used up");
      default -> byClass(status, answer);
    };
  }

  private static Finding byClass(int status, String answer) {
    return switch (status / 100) {
      case 4 -> Finding.ok(ABOUT, answer + " to an empty request and refuses no credentials");
      case 3 ->
          Finding.fail(
              ABOUT, answer + ": redirects are not followed; set gateway.url to where it leads");
      case 5 -> Finding.warn(ABOUT, answer + ": it has trouble of its own; requests would wait");
      default ->
          Finding.warn(
              ABOUT, answer + " to an empty request, which it should refuse; see gateway.url");
    };
  }

  private static Finding clock(Optional<String> date, Instant before, Instant after) {
    Optional<Instant> theirs = date.flatMap(EndpointCheck::parse);
    if (theirs.isEmpty()) {
      return Finding.warn(CLOCK, "not compared: the endpoint's answer has no date");
    }
    Instant early = theirs.get();
    Instant late = early.plusSeconds(1); // the header has a resolution of one second
    Duration off = Duration.ZERO;
    if (early.isAfter(after)) {
      off = Duration.between(after, early);
    } else if (late.isBefore(before)) {
      off = Duration.between(late, before);
    }
    return off.compareTo(TOLERANCE) > 0
        ? Finding.warn(
            CLOCK,
            "differs from the endpoint's by "
                + off.toSeconds()
                + " s; set it (NTP): deadlines and dates to wait for are read by it")
        : Finding.ok(CLOCK, "agrees with the endpoint's");
  }

  private static Optional<Instant> parse(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
