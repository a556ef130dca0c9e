// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import java.util.List;

/** Meters of requests: those that wait, and those that have their outcome. */
public final class RequestMeters {

  /** The end of a description, where a meter has a tag of the class if there are several. */
  static final String BY_CLASS = " With `classes` also by `class`.";

  private static final String TENANT =
      "user or metadata value, or hash of a virtual key that `metrics.virtual.keys` names; `(none)`"
          + " for requests without one; the first `metrics.scopes.max`, then `other`";

  public static final MeterSpec PENDING_RECORDS =
      MeterSpec.gauge(
          "completion.worker.pending.records",
          "requests",
          "Requests accepted and without an outcome." + BY_CLASS);

  public static final MeterSpec PENDING_BYTES =
      MeterSpec.gauge(
          "completion.worker.pending.bytes",
          "bytes",
          "Size of the pending requests in the store." + BY_CLASS);

  public static final MeterSpec ANSWER_BYTES =
      MeterSpec.gauge(
          "completion.worker.answer.bytes",
          "bytes",
          "What answers take in memory, from their first byte until their outcome is out.");

  public static final MeterSpec PARKED_RECORDS =
      MeterSpec.gauge(
          "completion.worker.parked.records",
          "requests",
          "Pending requests that wait, undecoded, because their lane has"
              + " `async.max.pending.records.per.scope` at hand."
              + BY_CLASS);

  public static final MeterSpec QUEUE_AGE =
      MeterSpec.gauge(
          "completion.worker.queue.age",
          "seconds",
          "Time since the oldest pending request was accepted; 0 when there is none. What still waits in"
              + " the topic is `completion.worker.lag`.");

  public static final MeterSpec LAG =
      MeterSpec.gauge(
          "completion.worker.lag",
          "records",
          "Records of the request topic behind the committed offset, in this instance's partitions:"
              + " those that are not accepted yet; with `async.offsets=answered` all from the oldest"
              + " open request on that is not stored. The brokers are asked every other second, also"
              + " while the intake is paused; no number while they do not answer. Two records or fewer"
              + " in a partition count as none, since markers of transactions are counted as records."
              + BY_CLASS);

  public static final MeterSpec WAITING =
      MeterSpec.gauge(
              "completion.worker.waiting",
              "requests",
              "Requests that wait for an attempt, by what they wait for; those with an open call,"
                  + " with the codec or parked are not among them.")
          .tag(
              "for",
              "`permit` of a limit, `hold`, `cool-down`, `breaker`, `backoff`, `order` of their"
                  + " key, `slot` of `async.max.in.flight`, `room` for answers within"
                  + " `async.max.answer.bytes`, `pause` by a control, `answer` to the same request,"
                  + " `prefix` that another call brings into the provider's cache, `lease` of a"
                  + " stream thread that stalls, `budget` that has no money for them");

  /** How a request got its answer: it was remembered, it came meanwhile, or it was called. */
  public static final String CACHE_HIT = "hit";

  public static final String CACHE_SHARED = "shared";
  public static final String CACHE_MISS = "miss";

  public static final MeterSpec CACHE_REQUESTS =
      MeterSpec.counter(
              "completion.worker.cache.requests",
              "requests",
              "Requests by how the answer memory served them. The hit rate is the part that is not"
                  + " `miss`. Only with `cache.ttl.ms`.")
          .tag(
              "result",
              "`hit` if the answer was remembered, `shared` if it came meanwhile for the same"
                  + " request, `miss` if a call was made");

  public static final MeterSpec CACHE_BYTES =
      MeterSpec.gauge(
          "completion.worker.cache.bytes",
          "bytes",
          "Memory that remembered answers take, within `cache.max.bytes`.");

  /** How the provider's cache was for a call: filled, being filled by another one, or neither. */
  public static final String PREFIX_WARM = "warm";

  public static final String PREFIX_WARMING = "warming";
  public static final String PREFIX_COLD = "cold";

  public static final MeterSpec PREFIX_CALLS =
      MeterSpec.counter(
              "completion.worker.prompt.cache.calls",
              "calls",
              "Calls with a long prompt, by whether another call had brought the beginning of the"
                  + " prompt into the provider's cache before. What the provider found there is"
                  + " `completion.worker.tokens` with the type `cached`. Only with"
                  + " `prompt.cache.order`.")
          .tag(
              "prefix",
              "`warm` if one had, `cold` if this one is the first, `warming` if another one was open"
                  + " and the wait for it was over");

  public static final MeterSpec TENANT_CALLS =
      MeterSpec.counter(
              "completion.worker.tenant.calls",
              "calls",
              "Calls that were started, by tenant. Only with `fairness.by`.")
          .tag("tenant", TENANT);

  public static final MeterSpec TENANT_TOKENS =
      MeterSpec.counter(
              "completion.worker.tenant.tokens",
              "tokens",
              "Estimated tokens of the calls that were started, by tenant: what tenants take turns by."
                  + " Only with `fairness.by`.")
          .tag("tenant", TENANT);

  public static final MeterSpec TENANT_WAITING =
      MeterSpec.gauge(
              "completion.worker.tenant.waiting",
              "requests",
              "Requests that were read and wait for an attempt, parked ones included and paused ones"
                  + " not, by tenant. Only with `fairness.by`.")
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
          "1 while the intake is paused, because the store is full." + BY_CLASS);

  public static final MeterSpec OUTCOMES =
      MeterSpec.counter(
              "completion.worker.outcomes",
              "requests",
              "Requests that have their outcome. Counted when it is committed.")
          .tag("outcome", "`response`, `dead-letter` or a failure reason");

  public static final MeterSpec REQUEST_DURATION =
      MeterSpec.timer(
              "completion.worker.request.duration",
              "From accepting a request until its outcome is committed, over restarts and"
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
      MeterSpec.counter(
              "completion.worker.retries", "attempts", "Further attempts that were scheduled.")
          .tag("reason", "the failure reason of the attempt before");

  public static final MeterSpec STALE =
      MeterSpec.counter(
          "completion.worker.stale",
          "records",
          "Answers and chunks dropped because their request was no longer in the store.");

  public static final MeterSpec RECOVERED =
      MeterSpec.counter(
          "completion.worker.recovered",
          "requests",
          "Requests found in the store and dispatched again.");

  public static final MeterSpec DELETED =
      MeterSpec.counter(
          "completion.worker.requests.deleted",
          "requests",
          "Requests that the retention of their topic has deleted before they were read, in the"
              + " partitions of this instance. Counted while the instance runs; an upper bound."
              + BY_CLASS);

  public static final MeterSpec REPEATS =
      MeterSpec.counter(
          "completion.worker.repeats",
          "records",
          "Records that repeat a request with the same id and have no outcome of their own. Counted"
              + " when that is committed. Only with `dedupe.by`.");

  public static final MeterSpec HEADERS_REFUSED =
      MeterSpec.counter(
              "completion.worker.headers.refused",
              "headers",
              "Forbidden record headers that were dropped. Somebody sends credentials where they do"
                  + " not belong.")
          .tag("header", "a name of the list of forbidden headers");

  public static final MeterSpec CHUNKS =
      MeterSpec.counter(
          "completion.worker.chunks", "chunks", "Chunks of streamed answers that were forwarded.");

  public static final MeterSpec USAGE_WINDOWS =
      MeterSpec.counter(
              "completion.worker.usage.windows",
              "records",
              "Usage windows that were written, usage rows that came for a window already written,"
                  + " which is written again, and windows left out because they cannot be encoded.")
          .tag("event", "`emitted`, `late` or `left-out`");

  public static final MeterSpec UNENCODABLE =
      MeterSpec.counter(
          "completion.worker.unencodable",
          "records",
          "Answers, failures, usage rows, chunks and windows that can never be encoded, whole or in"
              + " part, so that something less was written, or nothing. The log says why.");

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
