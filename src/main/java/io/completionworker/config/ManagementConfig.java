package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Where probes and metrics are served.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 is any free one, -1 is off
 * @param page whether there is a status page beside them
 */
public record ManagementConfig(String host, int port, boolean page) {

  public static final String HOST_CONFIG = "management.host";
  static final String HOST_DOC =
      "Name or address to serve health and metrics on. 0.0.0.0 opens them to the network.";
  static final String HOST_DEFAULT = "127.0.0.1";

  public static final String PORT_CONFIG = "management.port";
  static final String PORT_DOC = "Port of health and metrics; 0 is any free port, -1 is off.";
  static final int PORT_DEFAULT = 8080;

  public static final String PAGE_CONFIG = "management.page";
  static final String PAGE_DOC =
      "Whether there is a status page at /, for everybody who reaches host and port.";

  static void define(KeyGroup group) {
    group
        .key(
            HOST_CONFIG,
            ConfigDef.Type.STRING,
            HOST_DEFAULT,
            Allowed.text("a host name or address"),
            Importance.MEDIUM,
            HOST_DOC)
        .key(
            PORT_CONFIG,
            ConfigDef.Type.INT,
            PORT_DEFAULT,
            Allowed.between(-1, 65_535),
            Importance.MEDIUM,
            PORT_DOC)
        .flag(PAGE_CONFIG, true, Importance.LOW, PAGE_DOC);
  }

  static ManagementConfig from(WorkerConfig config) {
    return new ManagementConfig(
        config.getString(HOST_CONFIG), config.getInt(PORT_CONFIG), config.getBoolean(PAGE_CONFIG));
  }
}
