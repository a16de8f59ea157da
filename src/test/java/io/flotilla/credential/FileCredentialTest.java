package io.flotilla.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCredentialTest {

    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("token");
    }

    @ParameterizedTest(name = "[{index}] line ends at the end do not count")
    @ValueSource(strings = {"hush", "hush\n", "hush\r\n", "hush\n\n"})
    void readsItWithoutTheLineEndsAtItsEnd(String content) throws IOException {
        write(content.getBytes(StandardCharsets.UTF_8));

        assertThat(Given.secret(credential(64).current())).isEqualTo("hush");
    }

    @Test
    void readsWhatStandsInItNow() throws IOException {
        write("one".getBytes(StandardCharsets.UTF_8));
        FileCredential credential = credential(64);
        assertThat(Given.secret(credential.current())).isEqualTo("one");

        Path next = Files.writeString(folder.resolve("next"), "two");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(Given.secret(credential.current())).isEqualTo("two");
    }

    @Test
    void readsAFileThatIsBeingWrittenOnceItIsWhole() throws IOException {
        write("o".getBytes(StandardCharsets.UTF_8));
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (OutputStream out = Files.newOutputStream(file)) {
                for (byte b : "hush-hush-hush".getBytes(StandardCharsets.UTF_8)) {
                    out.write(b);
                    java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        io.flotilla.Waiting.until("the file is begun", () -> file.toFile().length() > 2);
        String read = Given.secret(new FileCredential(file, 64, Optional.empty(), 1_500).current());

        writer.join();
        assertThat(read).isEqualTo("hush-hush-hush");
    }

    @Test
    void saysWhyItCannotBeUsedAndNeverWhatStandsInIt() throws IOException {
        assertThat(Given.refusal(credential(64))).isEqualTo("file [" + file + "] cannot be read (NoSuchFile)");
        write(new byte[0]);
        assertThat(Given.refusal(credential(64))).endsWith("is empty");
        write(" \n".getBytes(StandardCharsets.UTF_8));
        assertThat(Given.refusal(credential(64))).endsWith("is empty");
        write("hush-hush".getBytes(StandardCharsets.UTF_8));
        assertThat(Given.refusal(credential(8))).endsWith("is longer than 8 bytes");
        write(new byte[] {'h', 'u', 's', 'h', (byte) 0xc3});
        assertThat(Given.refusal(credential(64))).contains("no UTF-8 text");
        write("hush\0\0\0".getBytes(StandardCharsets.UTF_8));
        assertThat(Given.refusal(credential(64))).contains("zero bytes");
        assertThat(Given.refusal(new FileCredential(folder, 64, Optional.empty())))
                .endsWith("is no regular file");
        assertThat(Given.refusal(new FileCredential(Path.of("/dev/zero"), 64, Optional.empty())))
                .endsWith("is no regular file");
    }

    /** Of an old file: what was written just now is read twice. */
    private void write(byte[] content) throws IOException {
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    }

    private FileCredential credential(int mostBytes) {
        return new FileCredential(file, mostBytes, Optional.of(Duration.ofSeconds(1)));
    }
}
