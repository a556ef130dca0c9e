// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.control.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Passes on every record of the topic of controls. */
final class ControlStore extends GlobalTopic {

  private final Consumer<ControlRecord> control;

  ControlStore(Consumer<ControlRecord> control) {
    super(CompletionTopology.CONTROLS);
    this.control = control;
  }

  @Override
  void take(Record<Bytes, byte[]> record) {
    List<RecordHeader> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new RecordHeader(header.key(), header.value()));
    }
    control.accept(new ControlRecord(id(record.key()), record.value(), headers));
  }

  /**
   * Returns the key as text: empty if there is none, with replacement characters where it is not
   * UTF-8. A control with such an id is refused when it is decoded.
   */
  private static String id(@Nullable Bytes key) {
    return key == null ? "" : new String(key.get(), StandardCharsets.UTF_8);
  }
}
