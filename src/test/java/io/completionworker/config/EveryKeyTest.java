// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.GatewayConfig.Proxy;
import io.completionworker.config.GatewayConfig.Tls;
import io.completionworker.config.GatewayConfig.Tls.Store;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets every key to a value that is not its default, and reads it back. */
class EveryKeyTest {

  private record Mapping(String text, Object value, Function<WorkerSettings, Object> reader) {}

  private final Map<String, Mapping> mappings = new LinkedHashMap<>();

  @TempDir Path directory;

  EveryKeyTest() {
    map("kafka.bootstrap.servers", "a:1,b:2", "a:1,b:2", s -> s.kafka().get("bootstrap.servers"));
    map("kafka.application.id", "app", "app", s -> s.kafka().get("application.id"));
    registry();
    topics();
    classes();
    map("start.from", "latest", "latest", s -> s.start().from());
    gateway();
    tls();
    proxy();
    async();
    fairness();
    cache();
    dedupe();
    promptCache();
    changelog();
    retryAndHold();
    rateLimit();
    breaker();
    map("chunks.interval.ms", "81", millis(81), s -> s.stream().interval());
    map("chunks.max.bytes", "82", 82, s -> s.stream().maxBytes());
    map("chunks.buffer.bytes", "83", 83L, s -> s.stream().bufferBytes());
    map("validation", "lenient", RecordsConfig.Strictness.LENIENT, s -> s.records().strictness());
    map("responses.body", "false", false, s -> s.records().responseBody());
    map("usage.prices.file", "/p", Path.of("/p"), EveryKeyTest::prices);
    map("budgets.live", "true", true, s -> s.budgets().live());
    map("budgets.unpriced", "allow", true, s -> s.budgets().allowUnpriced());
    usageWindows();
    map("shutdown.drain.ms", "7", Duration.ofMillis(7), s -> s.shutdown().drain());
    map("shutdown.leave.group", "false", false, s -> s.shutdown().leaveGroup());
    map("management.host", "0.0.0.0", "0.0.0.0", s -> s.management().host());
    map("management.port", "-1", -1, s -> s.management().port());
    map("management.page", "false", false, s -> s.management().page());
    map("management.peers", "a:1, [::1]:2", List.of("a:1", "[::1]:2"), EveryKeyTest::peers);
    map(
        "management.docs.url",
        "https://a/docs/",
        URI.create("https://a/docs"),
        s -> s.management().docs());
    metrics();
  }

  private static Object peers(WorkerSettings settings) {
    return settings.management().peers();
  }

  private void metrics() {
    map("metrics.models", "a,b*", List.of("a", "b*"), s -> s.metrics().models());
    map("metrics.models.max", "91", 91, s -> s.metrics().maxModels());
    map("metrics.virtual.keys", "v-*, w", List.of("v-*", "w"), s -> s.metrics().virtualKeys());
    map("metrics.scopes.max", "92", 92, s -> s.metrics().maxScopes());
    map("metrics.kafka", "kafka.a*", List.of("kafka.a*"), s -> s.metrics().kafka());
  }

  private void registry() {
    map("value.format", "json", ValuesConfig.Format.JSON, s -> s.values().format());
    map("schema.registry.url", "mock://a", "mock://a", setting("schema.registry.url"));
    map("avro.serde", "a.B", "a.B", s -> s.registry().serdeClass());
    map("auto.register.schemas", "false", "false", setting("auto.register.schemas"));
    map("use.latest.version", "true", "true", setting("use.latest.version"));
    map("latest.compatibility.strict", "false", "false", setting("latest.compatibility.strict"));
    map("normalize.schemas", "true", "true", setting("normalize.schemas"));
    map("value.subject.name.strategy", "a.V", "a.V", setting("value.subject.name.strategy"));
    map("key.subject.name.strategy", "a.K", "a.K", setting("key.subject.name.strategy"));
    String readTimeout = "schema.registry.http.read.timeout.ms";
    map(readTimeout, "9", "9", setting(readTimeout));
  }

  private void topics() {
    map("topics.requests", "t1", "t1", s -> s.topics().requests());
    map("topics.responses", "t2", "t2", s -> s.topics().responses());
    map("topics.usage", "t3", "t3", s -> s.topics().usage());
    map("topics.failures", "t4", "t4", s -> s.topics().failures());
    map("topics.chunks", "t5", "t5", s -> s.topics().chunks());
    map("topics.usage.windows", "t6", "t6", s -> s.topics().usageWindows());
    map("topics.dead.letters", "t7", "t7", s -> s.topics().deadLetters());
    map("topics.controls", "t8", "t8", s -> s.topics().controls());
    map("topics.spend", "t9", "t9", s -> s.topics().spend());
  }

  private void gateway() {
    map("gateway.url", "https://h/v2", "https://h/v2", s -> s.gateway().url().toString());
    map("gateway.api.key", "k1", new Secret("k1"), s -> s.gateway().credentials().apiKey());
    map("gateway.virtual.key", "k2", new Secret("k2"), s -> s.gateway().credentials().virtualKey());
    map("gateway.provider", "p", "p", s -> s.gateway().credentials().provider());
    map("gateway.config", "pc-1", new Secret("pc-1"), s -> s.gateway().credentials().config());
    map(
        "gateway.authorization",
        "Bearer k3",
        new Secret("Bearer k3"),
        s -> s.gateway().credentials().authorization());
    map(
        "gateway.forward.headers",
        "X-One, x-two",
        Set.of("x-one", "x-two"),
        s -> s.gateway().headers().forwarded());
    map("gateway.config.inline", "true", true, s -> s.gateway().headers().inlineConfig());
    map("gateway.connect.timeout.ms", "11", millis(11), s -> transport(s).connectTimeout());
    map("gateway.request.timeout.ms", "12", millis(12), s -> transport(s).requestTimeout());
    map("gateway.idle.timeout.ms", "13", millis(13), s -> transport(s).idleTimeout());
    map("gateway.max.response.bytes", "2048", 2048, s -> transport(s).maxResponseBytes());
    map("gateway.http2", "true", true, s -> transport(s).http2());
  }

  private void tls() {
    String trust = "gateway.tls.trust.store.";
    map(trust + "path", "/t", Path.of("/t"), trustStore(Store::path));
    map(trust + "password", "k4", new Secret("k4"), trustStore(Store::password));
    map(trust + "type", "jks", Tls.Format.JKS, trustStore(Store::format));
    String key = "gateway.tls.key.store.";
    map(key + "path", "/k", Path.of("/k"), keyStore(Store::path));
    map(key + "password", "k5", new Secret("k5"), keyStore(Store::password));
    map(key + "type", "PEM", Tls.Format.PEM, keyStore(Store::format));
    map("gateway.tls.verify.host", "false", false, s -> s.gateway().tls().verifyHost());
  }

  private void proxy() {
    map("gateway.proxy.host", "::1", "::1", proxy(Proxy::host));
    map("gateway.proxy.port", "3128", 3128, proxy(Proxy::port));
    map("gateway.proxy.type", "socks5", Proxy.Type.SOCKS5, proxy(Proxy::type));
    map("gateway.proxy.username", "u", "u", proxy(Proxy::username));
    map("gateway.proxy.password", "k6", new Secret("k6"), proxy(Proxy::password));
  }

  private void classes() {
    map("classes", "urgent, mid,bulk", List.of("urgent", "mid", "bulk"), s -> s.classes().names());
    map("classes.default", "mid", "mid", s -> s.classes().main().name());
    map(
        "classes.least.share",
        "mid=20, bulk=7",
        List.of(0, 20, 7),
        s -> s.classes().all().stream().map(RequestClass::leastShare).toList());
  }

  private void fairness() {
    map("fairness.by", "metadata.tenant", "metadata.tenant", s -> s.fairness().by());
    map(
        "fairness.weights",
        "gold-*=4, a=b=0.5,*=2",
        List.of(4.0, 0.5, 2.0),
        s -> Stream.of("gold-1", "a=b", "c").map(s.fairness()::weight).toList());
  }

  private void cache() {
    map("tier.order", "flex,default", List.of("flex", "default"), s -> s.tiers().order());
    map("tier.models", "gpt-*,o4*", List.of("gpt-*", "o4*"), s -> s.tiers().models());
    map("tier.classes", "bulk", List.of("bulk"), s -> s.tiers().classes());
    map("tier.parameter", "tier", "tier", s -> s.tiers().parameter());
    map("tier.header", "X-Tier", "x-tier", s -> s.tiers().header());
    map("tier.patience.ms", "1000", Duration.ofSeconds(1), s -> s.tiers().patience());
    map("cache.ttl.ms", "60000", Duration.ofMinutes(1), s -> s.cache().ttl());
    map("cache.max.bytes", "1000", 1_000L, s -> s.cache().maxBytes());
    map("cache.scope", "all", CacheConfig.Scope.ALL, s -> s.cache().scope());
  }

  private void dedupe() {
    map("dedupe.by", "request-id", true, s -> s.dedupe().on());
    map("dedupe.window.ms", "60000", Duration.ofMinutes(1), s -> s.dedupe().window());
    map("dedupe.max.ids", "1000", 1_000, s -> s.dedupe().maxIds());
  }

  private void promptCache() {
    map("prompt.cache.order", "true", true, s -> s.promptCache().on());
    map("prompt.cache.min.tokens", "2048", 2_048, s -> s.promptCache().minTokens());
    map("prompt.cache.wait.max.ms", "5000", millis(5_000), s -> s.promptCache().maxWait());
    map("prompt.cache.warm.ms", "60000", Duration.ofMinutes(1), s -> s.promptCache().warm());
    map("prompt.cache.max.prefixes", "1000", 1_000, s -> s.promptCache().maxPrefixes());
  }

  private void async() {
    map("async.max.in.flight", "21", 21, s -> s.async().maxInFlight());
    map("async.max.pending.records", "22", 22, s -> s.async().maxPendingRecords());
    map("async.max.pending.records.per.scope", "20", 20, s -> s.async().maxPendingPerScope());
    map("async.scope.overflow", "fail", AsyncConfig.Overflow.FAIL, s -> s.async().overflow());
    map("async.max.pending.bytes", "4096", 4096L, s -> s.async().maxPendingBytes());
    map("async.max.answer.bytes", "5000", 5000L, s -> s.async().maxAnswerBytes());
    map("async.max.record.bytes", "1024", 1024, s -> s.async().maxRecordBytes());
    map("async.ordering", "key", AsyncConfig.Ordering.KEY, s -> s.async().ordering());
    map("async.store", "rocksdb", AsyncConfig.StoreKind.ROCKSDB, s -> s.async().store());
    map("async.offsets", "answered", millis(7), s -> s.async().spillAfter());
    map("async.spill.after.ms", "7", millis(7), s -> s.async().spillAfter());
    map("async.poison.deaths", "4", 4, s -> s.async().poisonDeaths());
    map("async.lease.ms", "1000", millis(1000), s -> s.async().lease());
  }

  private void changelog() {
    changelog("segment.bytes", "1048577");
    changelog("segment.ms", "31");
    changelog("max.compaction.lag.ms", "32");
    changelog("delete.retention.ms", "33");
    changelog("min.cleanable.dirty.ratio", "0.4");
  }

  private void retryAndHold() {
    map("retry.max.attempts", "2", 2, s -> s.retry().maxAttempts());
    map("retry.initial.backoff.ms", "41", millis(41), s -> s.retry().initialBackoff());
    map("retry.multiplier", "3.5", 3.5, s -> s.retry().multiplier());
    map("retry.max.backoff.ms", "42", millis(42), s -> s.retry().maxBackoff());
    map("retry.jitter", "0.25", 0.25, s -> s.retry().jitter());
    map("retry.max.server.delay.ms", "43", millis(43), s -> s.retry().maxServerDelay());
    map("hold.action", "fail", HoldConfig.Action.FAIL, s -> s.hold().action());
    map("hold.probe.initial.ms", "51", millis(51), s -> s.hold().initialProbe());
    map("hold.probe.max.ms", "52", millis(52), s -> s.hold().maxProbe());
    map("hold.brake.share", "0.5", 0.5, s -> s.hold().brakeShare());
    map("hold.brake.window", "53", 53, s -> s.hold().brakeWindow());
    map("hold.unknown.schema.ms", "54", millis(54), s -> s.hold().unknownSchema());
  }

  private void rateLimit() {
    map(
        "rate.limit.scope",
        "virtual-key+model",
        RateLimitConfig.Scope.VIRTUAL_KEY_MODEL,
        s -> s.rateLimit().scope());
    map("rate.limit.requests.per.second", "0.5", 0.5, limits(Limits::requestsPerSecond));
    map("rate.limit.requests.per.minute", "61", 61.0, limits(Limits::requestsPerMinute));
    map("rate.limit.tokens.per.minute", "62", 62L, limits(Limits::tokensPerMinute));
    map("rate.limit.input.tokens.per.minute", "63", 63L, limits(Limits::inputTokensPerMinute));
    map("rate.limit.output.tokens.per.minute", "64", 64L, limits(Limits::outputTokensPerMinute));
    map("rate.limit.max.in.flight", "65", 65, limits(Limits::maxInFlight));
    map("rate.limit.burst.ms", "66", millis(66), s -> s.rateLimit().burst());
    map("rate.limit.tokens.refund", "false", false, s -> s.rateLimit().refund());
    map("rate.limit.output.tokens.default", "67", 67, s -> s.rateLimit().outputTokens());
    map("rate.limit.share", "whole", RateLimitConfig.Share.WHOLE, s -> s.rateLimit().share());
    map("rate.limit.share.grow.delay.ms", "68", millis(68), s -> s.rateLimit().growDelay());
    map("rate.limit.share.lend.after.ms", "20069", millis(20_069), s -> s.rateLimit().lendAfter());
  }

  private void breaker() {
    map("breaker.failure.rate", "71.5", 71.5, s -> s.breaker().failureRate());
    map("breaker.window.calls", "72", 72, s -> s.breaker().window());
    map("breaker.min.calls", "11", 11, s -> s.breaker().minCalls());
    map("breaker.open.ms", "74", millis(74), s -> s.breaker().open());
    map("breaker.probe.calls", "5", 5, s -> s.breaker().probes());
  }

  private void usageWindows() {
    map("usage.window.ms", "0", Duration.ZERO, s -> s.usageWindows().length());
    map("usage.window.grace.ms", "81", millis(81), s -> s.usageWindows().grace());
    map(
        "usage.group.by",
        "user, metadata.team",
        List.of("user", "metadata.team"),
        s -> s.usageWindows().groupBy());
  }

  @Test
  void shouldKnowAMappingForEveryKey() {
    assertThat(mappings.keySet())
        .as("a new key needs a line in this test")
        .containsExactlyInAnyOrderElementsOf(WorkerConfig.definition().names());
  }

  @Test
  void shouldReadEveryKeyFromTheFile() {
    String[] pairs =
        mappings.entrySet().stream()
            .flatMap(e -> Stream.of(e.getKey(), e.getValue().text()))
            .toArray(String[]::new);

    shouldReadBack(WorkerConfig.load(ConfigFixture.file(directory, pairs), Map.of()));
  }

  @Test
  void shouldReadEveryKeyFromTheEnvironment() {
    Map<String, String> environment = new LinkedHashMap<>();
    mappings.forEach(
        (key, mapping) ->
            environment.put(key.toUpperCase(Locale.ROOT).replace('.', '_'), mapping.text()));

    shouldReadBack(WorkerConfig.load(Optional.empty(), environment));
  }

  private void shouldReadBack(WorkerSettings settings) {
    WorkerSettings defaults = ConfigFixture.settings(directory);
    mappings.forEach(
        (key, mapping) -> {
          assertThat(mapping.reader().apply(settings)).as(key).isEqualTo(mapping.value());
          assertThat(mapping.reader().apply(defaults)).as(key).isNotEqualTo(mapping.value());
        });
  }

  private void map(String key, String text, Object value, Function<WorkerSettings, Object> reader) {
    mappings.put(key, new Mapping(text, value, reader));
  }

  private void changelog(String name, String text) {
    map("async.changelog." + name, text, text, s -> s.async().changelog().get(name));
  }

  private static Function<WorkerSettings, Object> setting(String name) {
    return settings -> settings.registry().settings().getOrDefault(name, "");
  }

  private static Function<WorkerSettings, Object> limits(
      Function<Limits, @Nullable Object> reader) {
    return settings ->
        Optional.<Object>ofNullable(reader.apply(settings.rateLimit().limits())).orElse("none");
  }

  private static Object prices(WorkerSettings settings) {
    return Optional.<Object>ofNullable(settings.usageCost().prices()).orElse("none");
  }

  private static GatewayConfig.Transport transport(WorkerSettings settings) {
    return settings.gateway().transport();
  }

  private static Function<WorkerSettings, Object> trustStore(Function<Store, Object> reader) {
    return settings ->
        Optional.ofNullable(settings.gateway().tls().trustStore()).map(reader).orElse("none");
  }

  private static Function<WorkerSettings, Object> keyStore(Function<Store, Object> reader) {
    return settings ->
        Optional.ofNullable(settings.gateway().tls().keyStore()).map(reader).orElse("none");
  }

  private static Function<WorkerSettings, Object> proxy(Function<Proxy, Object> reader) {
    return settings -> Optional.ofNullable(settings.gateway().proxy()).map(reader).orElse("none");
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
