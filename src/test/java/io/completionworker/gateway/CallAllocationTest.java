// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.completionworker.completion.AttemptResult;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a call allocates on the event loops. Counted, not timed, so a busy machine changes nothing.
 */
@Timeout(120)
class CallAllocationTest {

  /**
   * 1.3 times what was measured with Java 17; src/docs/performance-runs.md has the figures. If a
   * change that is worth it needs more, measure again with CallRun and put the new figure there.
   */
  private static final long MOST_BYTES = 22_000;

  private static final int WARM_UP = 5_000;
  private static final int CALLS = 2_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @RegisterExtension private final Clients clients = new Clients();

  @Test
  void shouldAllocateNoMoreForACallThanMeasured() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.ok());
    GatewayClient client = clients.client(Settings.at(server.url()));
    answer(client, WARM_UP);

    long[] before = eventLoops();
    long bytesBefore = allocated(before);
    answer(client, CALLS);

    assertThat((allocated(before) - bytesBefore) / CALLS).isLessThanOrEqualTo(MOST_BYTES);
  }

  private static void answer(GatewayClient client, int calls) throws Exception {
    for (int i = 0; i < calls; i++) {
      assertThat(Clients.attempt(client, Calls.hello())).isInstanceOf(AttemptResult.Answered.class);
    }
  }

  private static long allocated(long[] threads) {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(threads)).sum();
  }

  /** Those of the client, and of other tests in this process, which do nothing now. */
  private static long[] eventLoops() {
    return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
        .filter(Objects::nonNull)
        .filter(thread -> thread.getThreadName().startsWith("vert.x-eventloop-thread"))
        .mapToLong(ThreadInfo::getThreadId)
        .toArray();
  }
}
