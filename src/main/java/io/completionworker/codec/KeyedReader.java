// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CacheKey;
import io.completionworker.completion.Fingerprint;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.config.CacheConfig;
import io.completionworker.headers.KnownHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Adds to each call the key that tells which calls ask for the same: those with the same body, the
 * same headers of their record and, unless {@code cache.scope} says otherwise, the same credential.
 * The cache namespace is one of the headers.
 *
 * <p>Not compared are the id and the deadline of a request, its user, its metadata and its trace,
 * which say who asks and not what. Metadata is compared if the call is under a gateway config: that
 * may choose the provider and the model by it. JSON that is given as text is compared as text.
 */
public final class KeyedReader implements RequestReader {

  private static final int HASH_BYTES = 32;

  /** Headers that differ between requests that ask for the same. */
  private static final Set<KnownHeader> OF_THE_REQUEST =
      EnumSet.of(
          KnownHeader.VIRTUAL_KEY, // part of the credential
          KnownHeader.METADATA,
          KnownHeader.FORCE_REFRESH,
          KnownHeader.TRACE_ID,
          KnownHeader.SPAN_ID,
          KnownHeader.PARENT_SPAN_ID,
          KnownHeader.SPAN_NAME,
          KnownHeader.TRACEPARENT,
          KnownHeader.TRACESTATE,
          KnownHeader.BAGGAGE);

  private final RequestReader reader;
  private final boolean byCredential;
  private final boolean configured;

  /**
   * Creates a reader that adds the keys to the calls of another one.
   *
   * @param configured whether every call is under a gateway config, also without one of its record
   */
  public KeyedReader(RequestReader reader, CacheConfig.Scope scope, boolean configured) {
    this.reader = reader;
    this.configured = configured;
    this.byCredential = scope == CacheConfig.Scope.CREDENTIAL;
  }

  @Override
  public Reading read(SourceRecord source, boolean recovered) {
    return reader.read(source, recovered).with(call -> call.keyed(key(call)));
  }

  private CacheKey key(CompletionCall call) {
    Map<String, String> headers = call.wireHeaders();
    boolean byMetadata = configured || headers.containsKey(KnownHeader.CONFIG.text());
    byte[] body = body(call.request(), byMetadata);
    StringBuilder asked = new StringBuilder(Fingerprint.of(body, HASH_BYTES));
    if (byCredential) {
      asked.append('\0').append(call.scope().credential());
    }
    new TreeMap<>(headers)
        .forEach(
            (name, value) -> {
              KnownHeader known = KnownHeader.of(name);
              boolean routes = byMetadata && known == KnownHeader.METADATA;
              if (routes || !OF_THE_REQUEST.contains(known)) {
                asked.append('\0').append(name).append('\0').append(value);
              }
            });
    boolean refresh = headers.containsKey(KnownHeader.FORCE_REFRESH.text());
    return new CacheKey(Fingerprint.of(asked.toString(), HASH_BYTES), refresh);
  }

  /** Returns what the endpoint is asked, as bytes. Maps are sorted: their order means nothing. */
  private static byte[] body(CompletionRequest request, boolean withMetadata) {
    Map<String, String> metadata = withMetadata ? request.getMetadata() : null;
    CompletionRequest.Builder body =
        CompletionRequest.newBuilder(request)
            .setRequestId(null)
            .setDeadlineMs(null)
            .setUser(null)
            .setMetadata(metadata == null ? null : new TreeMap<>(metadata))
            .setPortkey(null);
    if (request.getLogitBias() != null) {
      body.setLogitBias(new TreeMap<>(request.getLogitBias()));
    }
    try {
      ByteBuffer bytes = body.build().toByteBuffer();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException("A request cannot be encoded in memory", e);
    }
  }
}
