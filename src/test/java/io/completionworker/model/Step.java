// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

/**
 * One thing that happens.
 *
 * @param who number of the stream thread or of the process that does it, as its kind says
 * @param what number of the request or of the partition that it is about; 0 when it is about none
 */
public record Step(Kind kind, int who, int what) {

  /** Kinds of steps. */
  public enum Kind {
    OPEN("thread %s initializes the task of partition %s"),
    READ("thread %s takes request %s from its topic"),
    SPILL("thread %s puts request %s into the store, since it is still open"),
    CALL("process %s calls the endpoint for request %s"),
    ANSWER("process %s has the answer to request %s"),
    OFFER("process %s has encoded the outcome of request %s, and offers it to the task"),
    FORWARD("thread %s takes the outcome of request %s from the queue of its task"),
    COMMIT("thread %s commits its transaction"),
    EXPIRE("process %s gives up the outcome of request %s, whose partition another process has"),
    RECOVER_LINK("commits of thread %s return again, before its lease has run out"),
    WAKE("commits of thread %s return again, after its lease has run out"),
    POLL("thread %s polls, and learns what it has lost"),
    ABORT("the transaction of thread %s is aborted"),
    CRASH("process %s dies, and another starts in its place"),
    REVOKE("thread %s commits, and gives partition %s away"),
    STALL("from now on no commit of thread %s returns"),
    LAPSE("the lease of thread %s has run out"),
    TAKE_OVER("the group takes partition %2$s away from thread %1$s, which does not know it"),
    OFFER_AGAIN("process %s offers the outcome of request %s once more");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** Whether it comes from outside: nothing may depend on its happening. */
    boolean disturbs() {
      return compareTo(ABORT) >= 0;
    }
  }

  @Override
  public String toString() {
    return String.format(kind.words, who, what);
  }
}
