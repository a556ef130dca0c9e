// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import io.completionworker.avro.PortkeyOptions;
import org.jspecify.annotations.Nullable;

/**
 * What all requests of a batch have in common beside what their lines say.
 *
 * @param keyField where the key of a record stands, as a path with dots; null for no key
 * @param portkey what goes to the gateway; null for nothing
 * @param deadlineMs null for none
 */
public record RequestOptions(
    @Nullable String keyField, @Nullable PortkeyOptions portkey, @Nullable Long deadlineMs) {}
