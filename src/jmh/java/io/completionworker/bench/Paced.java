// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.avro.CompletionResponse;
import io.completionworker.bench.process.MeasuredProcess;
import io.completionworker.serde.AvroSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * What requests go through that come at an even rate, by the responses to them.
 *
 * @param queueToRead from the timestamp of the request's record to the committed read of its
 *     response
 * @param added the same without the time that the endpoint took, as it says itself
 * @param costs of the processes meanwhile
 * @param unanswered requests that had no outcome when patience was over
 */
public record Paced(
    double rate, Percentiles queueToRead, Percentiles added, Backlog.Share costs, long unanswered) {

  /** Outcomes that do not count, as a share: until the rate has settled. */
  private static final double SETTLING = 0.2;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Publishes for so long, and waits until all is answered. */
  public static Paced run(
      Rig rig,
      Requests requests,
      CommittedRecords outcomes,
      List<? extends MeasuredProcess> processes,
      double rate,
      Duration time) {
    Arrivals arrivals = new Arrivals();
    Backlog.Share before = soFar(arrivals, processes);
    Pacing pacing = Pacing.start(requests, rate);
    try (pacing) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        look(outcomes, arrivals, processes);
        pacing.check();
      }
    }
    long sent = pacing.sent();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (arrivals.answered() < sent && System.nanoTime() < end) {
      look(outcomes, arrivals, processes);
    }
    Backlog.Share after = soFar(arrivals, processes);
    Backlog.Share costs =
        new Backlog.Share(
            after.requests(),
            after.cpu().minus(before.cpu()),
            after.allocatedBytes() - before.allocatedBytes());
    return of(rate, arrivals, rig.serdes(), costs, sent - arrivals.answered());
  }

  private static Paced of(
      double rate, Arrivals arrivals, AvroSerdes serdes, Backlog.Share costs, long unanswered) {
    List<Arrivals.Arrival> outcomes = arrivals.outcomes();
    List<Long> all = new ArrayList<>();
    List<Long> added = new ArrayList<>();
    try (Deserializer<CompletionResponse> responses =
        serdes.forValues(CompletionResponse.class).deserializer()) {
      for (Arrivals.Arrival outcome :
          outcomes.subList((int) (SETTLING * outcomes.size()), outcomes.size())) {
        if (outcome.response()) {
          CompletionResponse response =
              responses.deserialize(Rig.RESPONSES, outcome.record().value());
          long took = outcome.at() - response.getCallDetails().getQueuedAt().toEpochMilli();
          all.add(took);
          added.add(took - Long.parseLong(response.getSystemFingerprint()));
        }
      }
    }
    return new Paced(
        rate,
        Percentiles.of(all.stream().mapToLong(Long::longValue)),
        Percentiles.of(added.stream().mapToLong(Long::longValue)),
        costs,
        unanswered);
  }

  private static void look(
      CommittedRecords outcomes, Arrivals arrivals, List<? extends MeasuredProcess> processes) {
    outcomes.poll(arrivals::add);
    processes.forEach(MeasuredProcess::checkAlive);
  }

  private static Backlog.Share soFar(Arrivals arrivals, List<? extends MeasuredProcess> processes) {
    return new Backlog.Share(
        arrivals.answered(), Backlog.cpu(processes), Backlog.allocated(processes));
  }
}
