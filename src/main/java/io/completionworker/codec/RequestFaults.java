// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Violation;
import io.completionworker.codec.headers.WireHeaders;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.validation.RequestValidator;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a request: for {@link CallReader}, and for those who want to know it before
 * there is a record. Safe on every thread.
 */
public final class RequestFaults {

  private static final SourceRecord WITHOUT_HEADERS =
      new SourceRecord(new RecordPosition("", 0, 0), null, null, List.of(), 0, 0, 0);

  private final RequestValidator validator;
  private final WireHeaders wireHeaders;

  /** Finds faults by these rules. */
  public RequestFaults(RequestValidator validator, HeaderRules rules) {
    this.validator = validator;
    this.wireHeaders = new WireHeaders(rules);
  }

  /** Every fault, those of what goes to the gateway first; empty when the request is valid. */
  public List<Violation> of(CompletionRequest request) {
    return of(request, wireHeaders.read(WITHOUT_HEADERS, request.getPortkey()));
  }

  /** Every fault of a request whose record says this to the gateway. */
  List<Violation> of(CompletionRequest request, WireHeaders.Found found) {
    List<Violation> faults = new ArrayList<>(found.violations());
    faults.addAll(validator.check(request));
    return List.copyOf(faults);
  }
}
