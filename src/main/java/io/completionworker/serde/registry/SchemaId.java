// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a registry calls a schema.
 *
 * @param id a number that this registry alone gives
 * @param guid the same in every registry; null when the registry is too old to have one
 */
public record SchemaId(int id, @Nullable UUID guid) {}
