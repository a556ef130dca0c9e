// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * The management server, which serves probes and metrics.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 for any free port, -1 to turn the server off
 * @param page whether the server has a status page, too
 * @param peers host and port of each other instance, or of a name that resolves to several
 *     addresses
 * @param docs location of the documentation pages; null if not set
 */
public record ManagementConfig(
    String host, int port, boolean page, List<String> peers, @Nullable URI docs) {

  public static final String HOST_CONFIG = "management.host";
  static final String HOST_DOC =
      "Name or address to serve health and metrics on. `0.0.0.0` opens them to the network.";
  static final String HOST_DEFAULT = "127.0.0.1";

  public static final String PORT_CONFIG = "management.port";
  static final String PORT_DOC = "Port of health and metrics. 0: any free port. -1: off.";
  static final int PORT_DEFAULT = 8080;

  public static final String PAGE_CONFIG = "management.page";
  static final String PAGE_DOC =
      "Whether there is a status page at `/`, for everybody who reaches host and port.";

  public static final String PEERS_CONFIG = "management.peers";
  static final String PEERS_DOC =
      "Instances whose figures the status page adds to its own: host:port of each one's management"
          + " server, with commas between them. A name with several addresses, such as that of a"
          + " headless service, stands for all of them, and is resolved anew each time.";

  public static final String DOCS_CONFIG = "management.docs.url";
  static final String DOCS_DOC =
      "URL of the pages of src/docs, such as this directory of your repository's site. The status"
          + " page links to them. Without this key it only names them.";

  private static final Pattern PEER =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_](?:[A-Za-z0-9._-]*)):([0-9]{1,5})");
  private static final int MOST_PORT = 65_535;

  /** Copies the list of peers. */
  public ManagementConfig {
    peers = List.copyOf(peers);
  }

  /** Creates the configuration of a single instance, without links to the documentation. */
  public ManagementConfig(String host, int port, boolean page) {
    this(host, port, page, List.of(), null);
  }

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
            Allowed.between(-1, MOST_PORT),
            Importance.MEDIUM,
            PORT_DOC)
        .flag(PAGE_CONFIG, true, Importance.LOW, PAGE_DOC)
        .key(
            PEERS_CONFIG,
            ConfigDef.Type.LIST,
            List.of(),
            Allowed.list("a list of host:port", ManagementConfig::isPeer),
            Importance.LOW,
            PEERS_DOC)
        .key(
            DOCS_CONFIG,
            ConfigDef.Type.STRING,
            null,
            Allowed.text(
                "a URL with http or https and a host, without user, query or fragment",
                GatewayKeys::isUrl),
            Importance.LOW,
            DOCS_DOC);
  }

  private static boolean isPeer(String text) {
    Matcher peer = PEER.matcher(text);
    return peer.matches()
        && Integer.parseInt(peer.group(1)) > 0
        && Integer.parseInt(peer.group(1)) <= MOST_PORT;
  }

  static ManagementConfig from(WorkerConfig config) {
    String docs = config.getString(DOCS_CONFIG);
    return new ManagementConfig(
        config.getString(HOST_CONFIG),
        config.getInt(PORT_CONFIG),
        config.getBoolean(PAGE_CONFIG),
        config.getList(PEERS_CONFIG),
        docs == null ? null : URI.create(docs.replaceFirst("/+$", "")));
  }
}
