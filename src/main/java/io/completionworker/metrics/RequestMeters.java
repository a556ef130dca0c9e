// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import java.util.List;

/** Meters of requests: those that wait, and those that have their outcome. */
public final class RequestMeters {

  /** The end of a description, where a meter has a tag of the class if there are several. */
  static final String BY_CLASS = " With `classes`, also by the tag `class`.";

  private static final String TENANT =
      "a user, a metadata value, or the hash of a virtual key that `metrics.virtual.keys` names;"
          + " `(none)` for requests without such a value; `other` after the first"
          + " `metrics.scopes.max`";

  public static final MeterSpec PENDING_RECORDS =
      MeterSpec.gauge(
          "completion.worker.pending.records",
          "requests",
          "Requests that were accepted and have no outcome yet." + BY_CLASS);

  public static final MeterSpec PENDING_BYTES =
      MeterSpec.gauge(
          "completion.worker.pending.bytes",
          "bytes",
          "Size of the pending requests in the store." + BY_CLASS);

  public static final MeterSpec ANSWER_BYTES =
      MeterSpec.gauge(
          "completion.worker.answer.bytes",
          "bytes",
          "Memory that answers take, from their first byte until their outcome is committed.");

  public static final MeterSpec PARKED_RECORDS =
      MeterSpec.gauge(
          "completion.worker.parked.records",
          "requests",
          "Pending requests that wait undecoded, because their lane has"
              + " `async.max.pending.records.per.scope` requests at hand."
              + BY_CLASS);

  public static final MeterSpec QUEUE_AGE =
      MeterSpec.gauge(
          "completion.worker.queue.age",
          "seconds",
          "Time since the oldest pending request was accepted; 0 when there is none. For requests"
              + " that are not accepted yet, see `completion.worker.lag`.");

  public static final MeterSpec LAG =
      MeterSpec.gauge(
          "completion.worker.lag",
          "records",
          "Records of the request topic behind the committed offset, in this instance's partitions."
              + " These are the records that are not accepted yet; with `async.offsets=answered`,"
              + " all from the oldest open request that is not stored. The brokers are asked every"
              + " two seconds, also while the intake is paused. While they do not answer, there is"
              + " no number. Two records or fewer in a partition count as none, because transaction"
              + " markers count as records."
              + BY_CLASS);

  public static final MeterSpec WAITING =
      MeterSpec.gauge(
              "completion.worker.waiting",
              "requests",
              "Requests that wait for an attempt, by what they wait for. Requests that are parked,"
                  + " are being decoded or encoded, or have an open call do not count.")
          .tag(
              "for",
              "`permit`: a limit is fully used; `hold`: their credential is on hold; `cool-down`:"
                  + " the endpoint asked for a wait; `breaker`: the breaker of their credential is"
                  + " open; `backoff`: an attempt failed; `order`: an earlier request with their"
                  + " key has no outcome yet; `slot`: `async.max.in.flight` calls are open; `room`:"
                  + " answers fill `async.max.answer.bytes`, or cannot be written; `pause`: a"
                  + " control pauses them; `answer`: a call is open for an identical request;"
                  + " `prefix`: a call whose prompt begins alike is open; `lease`: the stream"
                  + " thread of their partition stalls; `budget`: a budget has no money for them,"
                  + " or has reserved it for open calls");

  /** How a request got its answer: it was remembered, it came meanwhile, or it was called. */
  public static final String CACHE_HIT = "hit";

  public static final String CACHE_SHARED = "shared";
  public static final String CACHE_MISS = "miss";

  public static final MeterSpec CACHE_REQUESTS =
      MeterSpec.counter(
              "completion.worker.cache.requests",
              "requests",
              "Requests by how the answer memory served them. The hit rate is the share of `hit`"
                  + " and `shared`. Only with `cache.ttl.ms`.")
          .tag(
              "result",
              "`hit` if the answer was remembered, `shared` if it came from a call that was open"
                  + " for an identical request, `miss` if a call was made");

  public static final MeterSpec CACHE_BYTES =
      MeterSpec.gauge(
          "completion.worker.cache.bytes",
          "bytes",
          "Memory that remembered answers take, up to `cache.max.bytes`.");

  /** How the provider's cache was for a call: filled, being filled by another one, or neither. */
  public static final String PREFIX_WARM = "warm";

  public static final String PREFIX_WARMING = "warming";
  public static final String PREFIX_COLD = "cold";

  public static final MeterSpec PREFIX_CALLS =
      MeterSpec.counter(
              "completion.worker.prompt.cache.calls",
              "calls",
              "Calls with a long prompt, by whether an earlier call had brought its prefix into the"
                  + " provider's cache. `completion.worker.tokens` with the type `cached` has what"
                  + " the provider found there. Only with `prompt.cache.order`.")
          .tag(
              "prefix",
              "`warm` if an earlier call had, `cold` if this call is the first with its prefix,"
                  + " `warming` if the first call was still open when the wait for it ended");

  public static final MeterSpec TENANT_CALLS =
      MeterSpec.counter(
              "completion.worker.tenant.calls",
              "calls",
              "Calls started, by tenant. Only with `fairness.by`.")
          .tag("tenant", TENANT);

  public static final MeterSpec TENANT_TOKENS =
      MeterSpec.counter(
              "completion.worker.tenant.tokens",
              "tokens",
              "Estimated tokens of the calls started, by tenant. Tenants take turns by them. Only"
                  + " with `fairness.by`.")
          .tag("tenant", TENANT);

  public static final MeterSpec TENANT_WAITING =
      MeterSpec.gauge(
              "completion.worker.tenant.waiting",
              "requests",
              "Requests that were read and wait for an attempt, by tenant. Parked ones count,"
                  + " paused ones do not. Only with `fairness.by`.")
          .tag("tenant", TENANT);

  public static final MeterSpec CODEC_QUEUE =
      MeterSpec.gauge(
          "completion.worker.codec.queue",
          "records",
          "Records that wait to be decoded or encoded, for the codec's thread or for the registry.");

  public static final MeterSpec INTAKE_PAUSED =
      MeterSpec.gauge(
          "completion.worker.intake.paused",
          "0 or 1",
          "1 while the intake is paused because the store is full." + BY_CLASS);

  public static final MeterSpec OUTCOMES =
      MeterSpec.counter(
              "completion.worker.outcomes",
              "requests",
              "Requests that have their outcome, counted when it is committed.")
          .tag("outcome", "`response`, `dead-letter` or a failure reason");

  public static final MeterSpec REQUEST_DURATION =
      MeterSpec.timer(
              "completion.worker.request.duration",
              "Time from accepting a request until its outcome is committed, across restarts and"
                  + " take-overs.",
              0.1,
              0.25,
              0.5,
              1,
              2.5,
              5,
              10,
              30,
              60,
              120,
              300,
              600,
              1_800,
              3_600,
              14_400,
              86_400)
          .tag("outcome", "`response`, `failure` or `dead-letter`");

  public static final MeterSpec RETRIES =
      MeterSpec.counter("completion.worker.retries", "attempts", "Retries that were scheduled.")
          .tag("reason", "the failure reason of the previous attempt");

  public static final MeterSpec STALE =
      MeterSpec.counter(
          "completion.worker.stale",
          "records",
          "Answers and chunks that were dropped because their request was no longer in the store.");

  public static final MeterSpec RECOVERED =
      MeterSpec.counter(
          "completion.worker.recovered",
          "requests",
          "Requests that were found in the store and dispatched again.");

  public static final MeterSpec DELETED =
      MeterSpec.counter(
          "completion.worker.requests.deleted",
          "requests",
          "Requests that the retention of their topic deleted before they were read, in the"
              + " partitions of this instance. It is an upper bound, and counts only while the"
              + " instance runs."
              + BY_CLASS);

  public static final MeterSpec REPEATS =
      MeterSpec.counter(
          "completion.worker.repeats",
          "records",
          "Records that repeat a request with the same id, and so have no outcome of their own."
              + " Counted when the repeat is committed. Only with `dedupe.by`.");

  public static final MeterSpec HEADERS_REFUSED =
      MeterSpec.counter(
              "completion.worker.headers.refused",
              "headers",
              "Forbidden record headers that were dropped: a producer sends credentials where they"
                  + " do not belong.")
          .tag("header", "a name of the list of forbidden headers");

  public static final MeterSpec CHUNKS =
      MeterSpec.counter(
          "completion.worker.chunks", "chunks", "Chunks of streamed answers that were forwarded.");

  public static final MeterSpec USAGE_WINDOWS =
      MeterSpec.counter(
              "completion.worker.usage.windows",
              "records",
              "Usage windows, and usage rows that came late.")
          .tag(
              "event",
              "`emitted`: a window was written; `late`: a usage row came after its window had been"
                  + " written, so that the window is written again; `left-out`: a window cannot be"
                  + " encoded and is left out");

  public static final MeterSpec UNENCODABLE =
      MeterSpec.counter(
          "completion.worker.unencodable",
          "records",
          "Answers, failures, usage rows, chunks and windows that can never be encoded in whole, so"
              + " that only a part or nothing was written. The log says why.");

  static final List<MeterSpec> ALL =
      List.of(
          PENDING_RECORDS,
          PENDING_BYTES,
          ANSWER_BYTES,
          PARKED_RECORDS,
          QUEUE_AGE,
          LAG,
          WAITING,
          CACHE_REQUESTS,
          CACHE_BYTES,
          PREFIX_CALLS,
          TENANT_CALLS,
          TENANT_TOKENS,
          TENANT_WAITING,
          CODEC_QUEUE,
          INTAKE_PAUSED,
          OUTCOMES,
          REQUEST_DURATION,
          RETRIES,
          STALE,
          RECOVERED,
          DELETED,
          REPEATS,
          HEADERS_REFUSED,
          CHUNKS,
          USAGE_WINDOWS,
          UNENCODABLE);

  private RequestMeters() {}
}
