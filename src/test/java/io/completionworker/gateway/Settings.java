package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.config.GatewayConfig.Transport;
import io.completionworker.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Configurations with patience to spare, and changes to them. */
record Settings(URI url, Credentials credentials, Map<String, String> fixed, Transport transport) {

  static final String API_KEY = "pk-portkey-0123456789";

  private static final Duration PATIENT = Duration.ofSeconds(20);

  static Settings at(String url) {
    return new Settings(
        URI.create(url),
        new Credentials(new Secret(API_KEY), null, null, null, null),
        Map.of(),
        new Transport(PATIENT, PATIENT, PATIENT, 1 << 20, false));
  }

  Settings credentials(Credentials changed) {
    return new Settings(url, changed, fixed, transport);
  }

  Settings fixed(Map<String, String> changed) {
    return new Settings(url, credentials, changed, transport);
  }

  Settings connectTimeout(Duration timeout) {
    return transport(
        new Transport(
            timeout,
            transport.requestTimeout(),
            transport.idleTimeout(),
            transport.maxResponseBytes(),
            transport.http2()));
  }

  Settings requestTimeout(Duration timeout) {
    return transport(
        new Transport(
            transport.connectTimeout(),
            timeout,
            transport.idleTimeout(),
            transport.maxResponseBytes(),
            transport.http2()));
  }

  Settings idleTimeout(Duration timeout) {
    return transport(
        new Transport(
            transport.connectTimeout(),
            transport.requestTimeout(),
            timeout,
            transport.maxResponseBytes(),
            transport.http2()));
  }

  Settings maxResponseBytes(int most) {
    return transport(
        new Transport(
            transport.connectTimeout(),
            transport.requestTimeout(),
            transport.idleTimeout(),
            most,
            transport.http2()));
  }

  Settings http2() {
    return transport(
        new Transport(
            transport.connectTimeout(),
            transport.requestTimeout(),
            transport.idleTimeout(),
            transport.maxResponseBytes(),
            true));
  }

  GatewayConfig config() {
    return new GatewayConfig(url, credentials, new HeaderRules(fixed, Set.of(), false), transport);
  }

  private Settings transport(Transport changed) {
    return new Settings(url, credentials, fixed, changed);
  }
}
