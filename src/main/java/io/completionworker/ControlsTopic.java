// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the topic of controls is still the one that was read when the worker started. If
 * it was deleted, the worker goes on with the controls that it has. If it was made again, the
 * worker has to end: Kafka Streams would go on behind the records of the topic that is gone.
 *
 * <p>Threads: one thread calls {@link #see}; the other methods are safe on every thread.
 */
final class ControlsTopic {

  private final String name;
  private final Consumer<String> ending;
  private @Nullable Uuid first;
  private boolean missed;
  private volatile @Nullable String fault;

  /**
   * @param ending receives the reason why the worker has to be started again
   */
  ControlsTopic(String name, Consumer<String> ending) {
    this.name = name;
    this.ending = ending;
  }

  String name() {
    return name;
  }

  /**
   * Compares the topic with what it was before.
   *
   * @param id id that the brokers gave to the topic; {@link Uuid#ZERO_UUID} if it is missing, null
   *     if the worker may not see it
   */
  void see(@Nullable Uuid id) {
    if (id == null) {
      return;
    }
    boolean missing = id.equals(Uuid.ZERO_UUID);
    if (missing) {
      fault =
          first != null && missed ? gone() : null; // a broker that has just started may not know
    } else if (first == null) {
      first = id;
    } else if (!first.equals(id)) {
      ending.accept(madeAgain());
    } else {
      fault = null;
    }
    missed = missing;
  }

  /** Returns that the topic was deleted; empty if it is there. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** Returns how this topic caused the death of its thread; empty if it did not. */
  Optional<String> explain(Throwable link) {
    return link instanceof InvalidOffsetException lost
            && lost.partitions().stream().anyMatch(at -> at.topic().equals(name))
        ? Optional.of(madeAgain())
        : Optional.empty();
  }

  private String gone() {
    return "Topic of controls "
        + name
        + " is not there any more; it was deleted while running: the controls that hold stay until"
        + " the worker ends, and no new ones come; make it with `completion-worker topics`";
  }

  private String madeAgain() {
    return "Topic of controls "
        + name
        + " was deleted and made again while running; start the worker again, so that it reads the"
        + " new one from its beginning";
  }
}
