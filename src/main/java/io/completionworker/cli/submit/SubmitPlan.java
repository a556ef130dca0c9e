// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

import io.completionworker.cli.batch.BatchFormat;
import io.completionworker.cli.batch.RequestOptions;
import io.completionworker.cli.records.StartAt;
import java.util.Optional;

/**
 * How files are to be published.
 *
 * @param format of all lines; empty to find it out for each file
 * @param batch id of the batch; empty to derive it from the content
 * @param skipInvalid whether to publish the lines beside faulty ones
 * @param maxFaults how many faults are listed for each file
 * @param since before it, nothing of the batch is on the topic
 */
public record SubmitPlan(
    Optional<BatchFormat> format,
    Optional<String> batch,
    boolean skipInvalid,
    int maxFaults,
    RequestOptions options,
    StartAt since) {}
