package io.completionworker.architecture.planted.metrics;

/** Says nothing about what it does. */
public final class MetricsHelper {
  public final int planted = 1;
}
