// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Starts Confluent's Parallel Consumer, which needs another Vert.x than the worker: its loop is
 * compiled by a build of its own ({@code src/jmh/parallel-consumer}) against its own libraries, and
 * the two meet by types of the JDK.
 */
final class ParallelConsumers {

  private static final String LOOP =
      "io.completionworker.bench.parallelconsumer.ParallelConsumerLoop";

  private ParallelConsumers() {}

  static AutoCloseable start(Setup setup) {
    ChatWork work = new ChatWork(setup.registryUrl());
    BiFunction<byte[], Long, Map.Entry<byte[], Function<byte[], Map<String, byte[]>>>> calls =
        (value, timestamp) -> {
          ChatWork.Call call = work.call(value, timestamp);
          return Map.entry(call.body(), answer -> byTopic(work.outputs(call, answer)));
        };
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", setup.bootstrapServers(),
            "endpoint", setup.endpoint(),
            "in.flight", setup.inFlight(),
            "topic", Topics.REQUESTS);
    try {
      return Class.forName(LOOP)
          .asSubclass(AutoCloseable.class)
          .getConstructor(Map.class, BiFunction.class)
          .newInstance(settings, calls);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("it did not start", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("it is not on the class path", e);
    }
  }

  private static Map<String, byte[]> byTopic(ChatWork.Outputs outputs) {
    return Map.of(Topics.RESPONSES, outputs.response(), Topics.USAGE, outputs.usage());
  }
}
