package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.spec.Settings;
import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.TlsVersion;
import io.flotilla.testkit.ClientIdentity;
import io.flotilla.testkit.HarbourTls;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsContextsTest {

    private static final int MOST = 3;

    private final TlsContexts contexts = new TlsContexts(true, MOST);

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void close() {
        contexts.close();
    }

    @Test
    void dialsWithEqualSettingsShareAContext() {
        Path trust = HarbourTls.trusted().writeTrust(folder);
        ClientKey key = ClientIdentity.trusted("bot").writePem(folder);
        TlsContext first = get(Settings.Tls.DEFAULT.withTrust(trust).withKey(key));
        ClientKey equal = ClientKey.pem(key.files().get(0), key.files().get(1));
        assertThat(get(Settings.Tls.DEFAULT.withTrust(trust).withKey(equal))).isSameAs(first);
        assertThat(contexts.size()).isEqualTo(1);
    }

    @Test
    void otherSettingsShareNothing() {
        ClientKey key = ClientIdentity.trusted("bot").writePem(folder);
        List<Settings.Tls> others = List.of(
                Settings.Tls.DEFAULT,
                Settings.Tls.DEFAULT.withKey(key),
                Settings.Tls.DEFAULT.withPins("sha256/" + "A".repeat(43) + "="),
                Settings.Tls.DEFAULT.withVersions(TlsVersion.V1_3),
                Settings.Tls.DEFAULT.withoutHostCheck());
        assertThat(others.stream().map(this::get)).doesNotHaveDuplicates();
    }

    @Test
    void theOneThatWasNotUsedForTheLongestTimeLeaves() {
        TlsContext first = get(pinned(0));
        TlsContext second = get(pinned(1));
        IntStream.range(2, 50).forEach(i -> {
            assertThat(get(pinned(0))).isSameAs(first);
            get(pinned(i));
        });
        assertThat(contexts.size()).isEqualTo(MOST);
        assertThat(get(pinned(0))).isSameAs(first);
        assertThat(get(pinned(1))).isNotSameAs(second);
    }

    @Test
    void aContextStaysAsLongAsItsFilesSayTheSame() throws Exception {
        ClientKey key = ClientIdentity.trusted("bot").writePem(folder);
        Settings.Tls settings = Settings.Tls.DEFAULT.withKey(key);
        TlsContext first = get(settings);

        Path copy = Files.copy(key.files().get(1), folder.resolve("copy"));
        Files.move(copy, key.files().get(1), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(get(settings)).as("another file with the same content").isSameAs(first);

        ClientIdentity.trusted("bot").writePem(folder);
        TlsContext second = get(settings);
        assertThat(second).isNotSameAs(first);
        assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
    }

    @Test
    void followsALinkThatIsTurned() throws Exception {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path two = Files.createDirectory(folder.resolve("two"));
        ClientIdentity.trusted("one").writePem(one);
        ClientIdentity.trusted("two").writePem(two);
        Path link = Files.createSymbolicLink(folder.resolve("current"), one);
        Settings.Tls settings =
                Settings.Tls.DEFAULT.withKey(ClientKey.pem(link.resolve("client.pem"), link.resolve("client.key")));
        TlsContext first = get(settings);

        Path next = Files.createSymbolicLink(folder.resolve("next"), two);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(get(settings).fingerprint()).isNotEqualTo(first.fingerprint());
    }

    @Test
    void isMadeOnceItsFilesAreThere() throws Exception {
        Path trust = folder.resolve("later.pem");
        Settings.Tls settings = Settings.Tls.DEFAULT.withTrust(trust);
        assertThatThrownBy(() -> get(settings)).hasRootCauseInstanceOf(NoSuchFileException.class);
        Files.writeString(trust, HarbourTls.trusted().trustPem());
        assertThat(get(settings).fingerprint()).isEmpty();
    }

    @Test
    void doesNotReadAFileWithoutEnd() {
        assertThatThrownBy(() -> get(Settings.Tls.DEFAULT.withTrust(Path.of("/dev/zero"))))
                .hasStackTraceContaining("is no file");
    }

    @Test
    void aHundredDialsAtOnceGetTheSameOne() {
        Settings.Tls settings =
                Settings.Tls.DEFAULT.withKey(ClientIdentity.trusted("bot").writePem(folder));
        List<CompletableFuture<TlsContext>> asked = IntStream.range(0, 100)
                .mapToObj(i -> contexts.context(settings))
                .toList();
        assertThat(asked.stream().map(TlsContextsTest::get).distinct()).hasSize(1);
    }

    @Test
    void whatWasLastGoodIsUsedWhileTheDiskHangs() {
        CountDownLatch disk = new CountDownLatch(1);
        ExecutorService reader = Executors.newSingleThreadExecutor();
        TlsContexts hanging = new TlsContexts(false, MOST, reader);
        try {
            Settings.Tls good =
                    Settings.Tls.DEFAULT.withKey(ClientIdentity.trusted("bot").writePem(folder));
            TlsContext first = get(hanging.context(good));
            reader.execute(() -> hang(disk));
            CompletableFuture<TlsContext> unread = hanging.context(
                    Settings.Tls.DEFAULT.withTrust(HarbourTls.trusted().writeTrust(folder)));
            assertThat(get(hanging.context(good))).isSameAs(first);
            assertThat(unread).isNotDone();
            disk.countDown();
            assertThat(get(unread)).isNotSameAs(first);
        } finally {
            disk.countDown();
            hanging.close();
        }
    }

    private static void hang(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Settings.Tls pinned(int number) {
        return Settings.Tls.DEFAULT.withPins("sha256/" + String.format("%043d", number * 4) + "=");
    }

    private TlsContext get(Settings.Tls settings) {
        return get(contexts.context(settings));
    }

    private static TlsContext get(CompletableFuture<TlsContext> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
