// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import io.completionworker.fixtures.TextCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lanes whose requests take turns as the dispatcher has them; a started one stays open. */
final class Turns {

  final Lanes<SampleCandidate> lanes;
  final Tenants tenants;

  /** Requests that were looked at for a start. */
  int lookedAt;

  private final List<ClassOfRequests> classes;
  private final ManualLoop loop;
  private long offset;

  Turns(ManualLoop loop, Admission admission) {
    this(loop, admission, SampleTenants.none());
  }

  /** The same, with tenants that take turns. */
  Turns(ManualLoop loop, Admission admission, Tenants tenants) {
    this(loop, admission, SampleClasses.only(loop, tenants));
  }

  /** The same, with classes that take turns. */
  Turns(ManualLoop loop, Admission admission, Classes classes) {
    this.loop = loop;
    this.tenants = classes.all().get(0).tenants();
    lanes = new Lanes<>(admission, classes);
    this.classes = classes.all();
  }

  /** Ids of all that may start now, in turn. */
  List<String> startedUntilNoneMay() {
    List<String> started = new ArrayList<>();
    for (String id = next(); id != null; id = next()) {
      started.add(id);
    }
    return started;
  }

  /** Id of the one that starts now; null if none may. */
  @Nullable String next() {
    SampleCandidate flight =
        lanes.next(
            loop.nanos(),
            candidate -> {
              lookedAt++;
              return true;
            });
    if (flight == null) {
      return null;
    }
    flight.leaves();
    return flight.call().requestId();
  }

  /** A request of the most urgent class, as {@link TextCodec} reads it. */
  SampleCandidate add(String text) {
    return add(0, text);
  }

  /** A request of the class of this rank. */
  SampleCandidate add(int rank, String text) {
    SourceRecord source =
        new SourceRecord(
            new RecordPosition("requests-" + rank, 0, offset++),
            null,
            text.getBytes(StandardCharsets.UTF_8),
            List.of(),
            0,
            0,
            0);
    CompletionCall call = ((Reading.Ready) new TextCodec(() -> 0).read(source, false)).call();
    SampleCandidate flight = new SampleCandidate(classes.get(rank), call, loop);
    lanes.add(flight, call, true, loop.nanos());
    return flight;
  }
}
