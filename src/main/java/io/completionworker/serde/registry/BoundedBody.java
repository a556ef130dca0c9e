// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Collects the bytes of an answer, and fails if they are more than any schema takes. */
final class BoundedBody implements BodySubscriber<byte[]> {

  /** Registries accept schemas of a megabyte, which grow when they are quoted inside JSON. */
  static final int MAX_BYTES = 8 << 20;

  private final BodySubscriber<byte[]> kept = BodySubscribers.ofByteArray();
  private @Nullable Subscription subscription;
  private long bytes;

  /** Thrown when an answer is larger than the limit. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("more than " + MAX_BYTES + " bytes");
    }
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return kept.getBody();
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    kept.onSubscribe(given);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    if (bytes > MAX_BYTES) {
      return; // sent before the subscription was canceled
    }
    for (ByteBuffer buffer : buffers) {
      bytes += buffer.remaining();
    }
    if (bytes <= MAX_BYTES) {
      kept.onNext(buffers);
      return;
    }
    if (subscription != null) {
      subscription.cancel();
    }
    kept.onError(new TooLargeException());
  }

  @Override
  public void onError(Throwable fault) {
    kept.onError(fault);
  }

  @Override
  public void onComplete() {
    kept.onComplete();
  }
}
