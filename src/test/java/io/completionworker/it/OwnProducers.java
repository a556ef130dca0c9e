// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;

/**
 * The transactional producers of a worker that starts after this. The broker of a stand also knows
 * those of tests before, and takes half a minute to fence hundreds.
 */
final class OwnProducers implements AutoCloseable {

  private final Admin admin;
  private final Set<String> others;

  OwnProducers(Stand stand) throws ExecutionException, InterruptedException {
    admin = stand.broker.admin();
    others = Set.copyOf(all());
  }

  /** Aborts their transactions, and keeps them from going on. */
  void fence() throws ExecutionException, InterruptedException {
    List<String> own = all().stream().filter(id -> !others.contains(id)).toList();
    assertThat(own).isNotEmpty();
    admin.fenceProducers(own).all().get();
  }

  private List<String> all() throws ExecutionException, InterruptedException {
    return admin.listTransactions().all().get().stream()
        .map(TransactionListing::transactionalId)
        .toList();
  }

  @Override
  public void close() {
    admin.close();
  }
}
