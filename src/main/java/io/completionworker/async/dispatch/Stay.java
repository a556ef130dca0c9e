package io.completionworker.async.dispatch;

/**
 * Where a request has waited longest since it was accepted, or since its last attempt ended: so
 * that a passed deadline says what its request waited for. Dispatcher's loop only.
 */
final class Stay {

  /** What a request waits for, as far as it knows itself. */
  enum Place {
    /** To be read. */
    UNREAD,
    /** For an earlier request of its key. */
    TURN,
    /** Until its lane has room for one more. */
    PARKED,
    /** In its lane. */
    LANE,
    /** For its next attempt. */
    BACKOFF
  }

  private Place here = Place.UNREAD;
  private long sinceMillis;
  private Place longest = Place.UNREAD;
  private long longestMillis;
  private long backoffMillis;

  /** Begins with a request that was accepted then. */
  Stay(long acceptedAtMillis) {
    sinceMillis = acceptedAtMillis;
  }

  /** Waits elsewhere from now on. */
  void at(Place place, long nowMillis) {
    if (place != here) {
      leave(nowMillis);
      here = place;
      sinceMillis = nowMillis;
    }
  }

  /** An attempt has ended: what was before it does not count any more. */
  void again(long nowMillis) {
    here = Place.BACKOFF;
    sinceMillis = nowMillis;
    longest = Place.BACKOFF;
    longestMillis = 0;
  }

  /** It would have to wait so long for its next attempt. */
  void backOff(long millis) {
    backoffMillis = millis;
  }

  long backoffMillis() {
    return backoffMillis;
  }

  /** Where it has waited longest until now. */
  Place longest(long nowMillis) {
    leave(nowMillis);
    return longest;
  }

  /** How long. */
  long longestMillis() {
    return longestMillis;
  }

  private void leave(long nowMillis) {
    long stayed = Math.max(0, nowMillis - sinceMillis);
    if (stayed >= longestMillis) {
      longest = here;
      longestMillis = stayed;
    }
  }
}
