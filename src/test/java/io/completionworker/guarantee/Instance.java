// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.completionworker.it.Stand;
import io.completionworker.it.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** A worker process of the fleet. */
final class Instance {

  private static final String STATE = "Kafka Streams is ";
  private static final String SET_BACK = "The wall clock was set back by";

  final int number;
  final WorkerProcess process;

  /** With its directory, so that another process can take its place. */
  final Map<String, String> settings;

  Instance(int number, Stand stand, Map<String, String> settings, Map<String, String> environment) {
    this.number = number;
    this.settings = settings;
    this.process = new WorkerProcess(stand, settings, environment);
  }

  /** Whether its last word on its state is that it works. */
  boolean running() {
    return process
        .output()
        .lines()
        .filter(line -> line.contains(STATE))
        .reduce((a, b) -> b)
        .filter(line -> line.contains(STATE + "RUNNING"))
        .isPresent();
  }

  /** How often it has changed its state. */
  long changes() {
    return process.output().lines().filter(line -> line.contains(STATE)).count();
  }

  /** How often it has noticed that its wall clock was set back. */
  int stepsBack() {
    return Math.toIntExact(
        process.output().lines().filter(line -> line.contains(SET_BACK)).count());
  }

  /** Collects its garbage and looks at what is left. */
  @SuppressWarnings("BanJNDI") // the address is of our own process, on this machine
  Guarantee.Footprint measure() {
    try {
      VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
      String address = machine.startLocalManagementAgent();
      machine.detach();
      try (var connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
        var beans = connector.getMBeanServerConnection();
        MemoryMXBean memory =
            ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
        ThreadMXBean threads =
            ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
        memory.gc();
        return new Guarantee.Footprint(
            process.pid(), memory.getHeapMemoryUsage().getUsed(), threads.getThreadCount());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AttachNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "instance " + number + " (process " + process.pid() + ")";
  }
}
