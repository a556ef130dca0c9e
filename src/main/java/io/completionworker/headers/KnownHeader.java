// SPDX-License-Identifier: Apache-2.0
package io.completionworker.headers;

import static io.completionworker.headers.KnownHeader.Fate.CHECKED;
import static io.completionworker.headers.KnownHeader.Fate.IF_NAMED;
import static io.completionworker.headers.KnownHeader.Fate.KEPT;
import static io.completionworker.headers.KnownHeader.Fate.LEFT_OUT;
import static io.completionworker.headers.KnownHeader.Fate.REFUSED;
import static io.completionworker.headers.KnownHeader.Fate.REPLACED;
import static io.completionworker.headers.KnownHeader.Fate.REWRITTEN;
import static io.completionworker.headers.KnownHeader.Fate.WITHOUT_KEYS;
import static java.util.function.Function.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of record headers: each header that the worker knows, what becomes of it, and what it
 * is for. The last row is for all other headers.
 *
 * <p>Names are compared without case. A text that ends in a dot, or in a dash, is the prefix of a
 * group of names.
 */
public enum KnownHeader {
  // credentials and hosts, which no record may choose
  API_KEY("x-portkey-api-key", Treatment.CREDENTIAL, "gateway.api.key", "key of the gateway"),
  AUTHORIZATION(
      "authorization", Treatment.CREDENTIAL, "gateway.authorization", "credentials of the call"),
  CUSTOM_HOST("x-portkey-custom-host", Treatment.CREDENTIAL, "host that the gateway calls"),
  FORWARD_HEADERS("x-portkey-forward-headers", Treatment.CREDENTIAL, "headers to send on"),

  // headers of the connection (RFC 9110 section 7.6.1) and those that the HTTP client sets
  PROXY_AUTHORIZATION("proxy-authorization", Treatment.CONNECTION, "connection to the gateway"),
  PROXY_AUTHENTICATE("proxy-authenticate", Treatment.CONNECTION, "connection to the gateway"),
  PROXY_CONNECTION("proxy-connection", Treatment.CONNECTION, "connection to the gateway"),
  CONNECTION("connection", Treatment.CONNECTION, "connection to the gateway"),
  HOST("host", Treatment.CONNECTION, "connection to the gateway"),
  KEEP_ALIVE("keep-alive", Treatment.CONNECTION, "connection to the gateway"),
  TE("te", Treatment.CONNECTION, "connection to the gateway"),
  TRAILER("trailer", Treatment.CONNECTION, "connection to the gateway"),
  TRANSFER_ENCODING("transfer-encoding", Treatment.CONNECTION, "connection to the gateway"),
  UPGRADE("upgrade", Treatment.CONNECTION, "connection to the gateway"),
  EXPECT("expect", Treatment.CONNECTION, "connection to the gateway"),
  CONTENT_LENGTH("content-length", Treatment.CONNECTION, "connection to the gateway"),

  // how bodies are to be read, and who calls
  ACCEPT("accept", Treatment.BODY, "format of bodies"),
  ACCEPT_ENCODING("accept-encoding", Treatment.BODY, "format of bodies"),
  CONTENT_TYPE("content-type", Treatment.BODY, "format of bodies"),
  CONTENT_ENCODING("content-encoding", Treatment.UNUSED, "format of bodies; never sent"),
  USER_AGENT("user-agent", Treatment.CLIENT, "name of the client"),

  // options of the gateway
  VIRTUAL_KEY(
      "x-portkey-virtual-key",
      Treatment.OPTION,
      "gateway.virtual.key",
      "virtual key; limits and usage rows use it too"),
  PROVIDER(
      "x-portkey-provider",
      Treatment.OPTION,
      "gateway.provider",
      "provider; usage rows use it too"),
  CONFIG(
      "x-portkey-config",
      Treatment.SECRET_OPTION,
      "gateway.config",
      "id of a saved config, or JSON"),
  METADATA("x-portkey-metadata", Treatment.EDITED_OPTION, "metadata, as a JSON object of strings"),
  CACHE_NAMESPACE("x-portkey-cache-namespace", Treatment.OPTION, "part of the caches"),
  FORCE_REFRESH(
      "x-portkey-cache-force-refresh",
      Treatment.EDITED_OPTION,
      "renews the caches; only `true` is sent"),

  // the trace and span of the request
  TRACE_ID("x-portkey-trace-id", Treatment.SPAN, "id of the trace; made if missing"),
  SPAN_ID("x-portkey-span-id", Treatment.SPAN, "id of the request's span; made if missing"),
  PARENT_SPAN_ID(
      "x-portkey-parent-span-id",
      Treatment.SPAN,
      "id of the parent span; else that of `traceparent`"),
  SPAN_NAME("x-portkey-span-name", Treatment.SPAN_NAME, "name of the request's span"),
  TRACEPARENT(
      "traceparent", Treatment.TRACEPARENT, "trace and parent span, where no id above names them"),
  TRACESTATE("tracestate", Treatment.CONTEXT, "sent only with a valid `traceparent`"),
  BAGGAGE("baggage", Treatment.CONTEXT, "W3C Baggage"),

  // how the bytes of the record are to be read
  VALUE_SCHEMA_ID("__value_schema_id", Treatment.SCHEMA, "schema of the value"),
  KEY_SCHEMA_ID("__key_schema_id", Treatment.SCHEMA, "schema of the key"),

  // prefix of the headers that say why a record is a dead letter and where it came from (KIP-1034)
  ERRORS("__streams.errors.", Treatment.ERROR, "cause and origin of a dead letter"),

  // notes of commands; the first is a prefix
  BATCH("completion-batch-", Treatment.NOTE, "notes of `submit` for `collect`"),
  REDRIVE_COUNT("redrive_count", Treatment.FREE, "how often `redrive` sent the request"),
  REDRIVE_SOURCE("redrive_source", Treatment.FREE, "the record that `redrive` made it from"),

  // every header that is not above
  OTHER("", Treatment.FREE, "headers of your own");

  private static final Pattern SAVED_CONFIG = Pattern.compile("pc-[A-Za-z0-9._@-]{1,128}");

  private static final Map<String, KnownHeader> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(KnownHeader::text, identity()));

  private static final List<KnownHeader> PREFIXES =
      Arrays.stream(values()).filter(KnownHeader::isPrefix).toList();

  private final String text;
  private final Treatment treatment;
  private final @Nullable String key;
  private final String purpose;

  KnownHeader(String text, Treatment treatment, String purpose) {
    this(text, treatment, null, purpose);
  }

  KnownHeader(String text, Treatment treatment, @Nullable String key, String purpose) {
    this.text = text;
    this.treatment = treatment;
    this.key = key;
    this.purpose = purpose;
  }

  /**
   * Returns the row of a header by its name.
   *
   * <p>A name with white space around it counts as the name where the header may hold a credential,
   * since others may read it without the white space. Elsewhere it is another name.
   */
  public static KnownHeader of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    KnownHeader exact = BY_NAME.get(lower);
    if (exact != null) {
      return exact;
    }
    for (KnownHeader prefix : PREFIXES) {
      if (lower.startsWith(prefix.text)) {
        return prefix;
      }
    }
    KnownHeader bare = BY_NAME.getOrDefault(lower.strip(), OTHER);
    return bare.isRefused() || bare.stored() == WITHOUT_KEYS ? bare : OTHER;
  }

  /** Whether a header with this name is accepted from a record. */
  public static boolean accepts(String name) {
    return !of(name).isRefused();
  }

  /**
   * Whether the value of {@link #CONFIG} is the id of a saved config, and therefore contains no
   * keys or hosts.
   */
  public static boolean isSavedConfig(String config) {
    return SAVED_CONFIG.matcher(config).matches();
  }

  /** Returns the name, or the prefix of the names, in lower case; empty for all other headers. */
  public String text() {
    return text;
  }

  /** Whether the text is the prefix of a group of names. */
  public boolean isPrefix() {
    return text.endsWith(".") || text.endsWith("-");
  }

  /** Returns what the header is for. */
  public String purpose() {
    return purpose;
  }

  /** Returns what the store has of the header of a record. */
  public Fate stored() {
    return treatment.stored;
  }

  /** Returns what a call sends of the header of its record. */
  public Fate sent() {
    return treatment.sent;
  }

  /**
   * Returns what the responses, chunks, failures and usage rows of a request have of its header.
   */
  public Fate outputs() {
    return treatment.outputs;
  }

  /** Returns what a dead letter has of the header of its record. */
  public Fate deadLetters() {
    return treatment.deadLetters;
  }

  /** Returns the configuration key that sets this header on every call; null if it has none. */
  public @Nullable String key() {
    return key;
  }

  /** Whether the worker or its HTTP client alone sets this header of a call. */
  public boolean isOfTheWorker() {
    return treatment.configured == REFUSED;
  }

  /** Whether {@code gateway.forward.headers} may name it. */
  public boolean isForwardable() {
    return !isRefused() && isSentFromRecord();
  }

  /** Whether a record's header is sent without being named by {@code gateway.forward.headers}. */
  public boolean isOption() {
    return sent() == CHECKED || sent() == REWRITTEN;
  }

  /** Whether a call may have the header from its record. */
  public boolean isSentFromRecord() {
    return isOption() || sent() == IF_NAMED;
  }

  /** Whether it is never stored, sent, logged or copied. */
  public boolean isRefused() {
    return stored() == REFUSED;
  }

  /** What becomes of a header in one place. */
  public enum Fate {
    /** It is there, as it came. */
    KEPT("as it is"),
    /** Like {@link #KEPT}, except a config that may hold keys or hosts. */
    WITHOUT_KEYS("as it is, if it is an id"),
    /** It is there, as it came. A value that may not be sent makes the request fail. */
    CHECKED("as it is"),
    /** It is there in another form. */
    REWRITTEN("rewritten"),
    /** It is there, as it came, if {@code gateway.forward.headers} names it. */
    IF_NAMED("if named"),
    /** The worker's own header of this name is there, if it has one. */
    REPLACED("the worker's own"),
    /** It is not there. */
    LEFT_OUT("no"),
    /** It is not there, and that is counted, or for a configuration key reported. */
    REFUSED("refused");

    private final String text;

    Fate(String text) {
      this.text = text;
    }

    /** Returns the text of the page. */
    public String text() {
      return text;
    }
  }

  /** What becomes of a kind of header: in the store, in calls, on outputs, on dead letters. */
  private enum Treatment {
    // the last column: as gateway.headers.NAME, for every call
    CREDENTIAL(REFUSED, REPLACED, LEFT_OUT, LEFT_OUT, KEPT),
    CONNECTION(REFUSED, LEFT_OUT, LEFT_OUT, LEFT_OUT, REFUSED),
    BODY(KEPT, REPLACED, KEPT, KEPT, REFUSED),
    UNUSED(KEPT, LEFT_OUT, KEPT, KEPT, REFUSED),
    CLIENT(KEPT, REPLACED, KEPT, KEPT, KEPT),
    OPTION(KEPT, CHECKED, KEPT, KEPT, KEPT),
    EDITED_OPTION(KEPT, REWRITTEN, KEPT, KEPT, KEPT),
    SECRET_OPTION(WITHOUT_KEYS, CHECKED, WITHOUT_KEYS, WITHOUT_KEYS, KEPT),
    SPAN(KEPT, CHECKED, REPLACED, KEPT, REFUSED),
    SPAN_NAME(KEPT, CHECKED, REPLACED, KEPT, KEPT),
    TRACEPARENT(KEPT, REWRITTEN, REPLACED, KEPT, REFUSED),
    CONTEXT(KEPT, CHECKED, KEPT, KEPT, REFUSED),
    SCHEMA(KEPT, IF_NAMED, LEFT_OUT, KEPT, KEPT),
    ERROR(KEPT, IF_NAMED, KEPT, REPLACED, KEPT),
    NOTE(LEFT_OUT, LEFT_OUT, LEFT_OUT, LEFT_OUT, KEPT),
    FREE(KEPT, IF_NAMED, KEPT, KEPT, KEPT);

    private final Fate stored;
    private final Fate sent;
    private final Fate outputs;
    private final Fate deadLetters;
    private final Fate configured;

    Treatment(Fate stored, Fate sent, Fate outputs, Fate deadLetters, Fate configured) {
      this.stored = stored;
      this.sent = sent;
      this.outputs = outputs;
      this.deadLetters = deadLetters;
      this.configured = configured;
    }
  }
}
