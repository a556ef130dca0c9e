// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;
import org.testcontainers.utility.DockerImageName;

/**
 * A Docker engine, asked for images before a test relies on them. One that can pull none says so at
 * once, while Testcontainers would try each of them for minutes.
 */
final class Engine {

  private final DockerClient client;
  private final Duration silence;

  /**
   * At this address.
   *
   * @param silence for which a pull is waited for that shows no progress at all
   */
  Engine(TransportConfig address, Duration silence) {
    this.client = DockerClientProviderStrategy.getClientForConfig(address);
    this.silence = silence;
  }

  /** The one that Testcontainers takes; empty when none answers. */
  static Optional<Engine> find(Duration silence) {
    List<DockerClientProviderStrategy> ways = new ArrayList<>();
    ServiceLoader.load(DockerClientProviderStrategy.class).forEach(ways::add);
    try {
      TransportConfig address =
          DockerClientProviderStrategy.getFirstValidStrategy(ways).getTransportConfig();
      return Optional.of(new Engine(address, silence));
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** Has these images there, pulling them if need be; says what keeps it from that. */
  Optional<String> fetch(List<DockerImageName> images) throws InterruptedException {
    for (DockerImageName image : images) {
      Optional<String> fault = isThere(image) ? Optional.empty() : pull(image);
      if (fault.isPresent()) {
        return fault.map(why -> "no image " + image + " (" + why + ")");
      }
    }
    return Optional.empty();
  }

  private boolean isThere(DockerImageName image) {
    try {
      client.inspectImageCmd(image.asCanonicalNameString()).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private Optional<String> pull(DockerImageName image) throws InterruptedException {
    try (Pull pull = new Pull()) {
      client.pullImageCmd(image.getUnversionedPart()).withTag(image.getVersionPart()).exec(pull);
      if (!pull.moves.await(silence.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.of("nothing was pulled within " + silence.toSeconds() + " s");
      }
      if (pull.fault.isEmpty()) {
        pull.awaitCompletion();
      }
      return pull.fault.map(Throwable::getMessage).map(String::strip);
    } catch (DockerException | DockerClientException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage().strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Knows when anything has come, progress or an end. */
  private static final class Pull extends PullImageResultCallback {

    private final CountDownLatch moves = new CountDownLatch(1);
    private volatile Optional<Throwable> fault = Optional.empty();

    @Override
    public void onNext(PullResponseItem item) {
      moves.countDown();
      super.onNext(item);
    }

    /** Keeps it; the parent's would log its stack trace. */
    @Override
    public void onError(Throwable error) {
      fault = Optional.of(error);
      onComplete();
    }

    @Override
    public void onComplete() {
      moves.countDown();
      super.onComplete();
    }
  }
}
