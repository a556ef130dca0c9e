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

/** The bytes of an answer, unless they are more than any schema takes. */
final class BoundedBody implements BodySubscriber<byte[]> {

  /** Registries take schemas of a megabyte; as JSON in JSON they grow. */
  static final int MAX_BYTES = 8 << 20;

  private final BodySubscriber<byte[]> kept = BodySubscribers.ofByteArray();
  private @Nullable Subscription subscription;
  private long bytes;

  /** The answer went on after the bound. */
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
      return; // what was under way when it was cancelled
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
