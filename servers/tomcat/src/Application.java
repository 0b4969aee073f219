import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.management.JMException;
import javax.management.ObjectName;

/** One servlet for every route, of the Servlet API and nothing else. */
public class Application extends HttpServlet {
    private static final int LARGE_BYTES = 16 * 1024 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long DELAY_MS = 200;
    private static final long ENDLESS_MS = 60_000;
    /** More than a proxy or a socket takes at once. */
    private static final byte[] TOO_LARGE =
            "the body is larger than what is taken here\n".repeat(400).getBytes(StandardCharsets.US_ASCII);

    private final byte[] large = new byte[LARGE_BYTES];

    @Override
    public void init() {
        Arrays.fill(large, (byte) 'x');
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, jakarta.servlet.ServletException {
        switch (request.getRequestURI()) {
            case "/ready" -> answer(response, isStarted() ? 200 : 503, text("hello world\n"));
            case "/small" -> answer(response, 200, text("hello world\n"));
            case "/large" -> answer(response, 200, large);
            case "/delayed" -> {
                pause(DELAY_MS);
                answer(response, 200, text("hello later\n"));
            }
            case "/endless" -> {
                pause(ENDLESS_MS);
                answer(response, 200, text("hello at last\n"));
            }
            case "/upload" -> {
                skip(request.getInputStream());
                answer(response, 200, text("thanks\n"));
            }
            case "/reject" -> answer(response, 413, TOO_LARGE);
            case "/tunnel" -> {
                response.setStatus(101);
                response.setHeader("Connection", "upgrade");
                response.setHeader("Upgrade", "echo");
                request.upgrade(Echo.class);
            }
            default -> answer(response, 404, text("not found\n"));
        }
    }

    /** Tomcat serves before its start is over, and only then has it a shutdown hook. */
    private static boolean isStarted() throws IOException {
        try {
            return "STARTED".equals(ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("Catalina:type=Server"), "stateName"));
        } catch (JMException missing) {
            throw new IOException(missing);
        }
    }

    private static byte[] text(String line) {
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static void answer(HttpServletResponse response, int status, byte[] body)
            throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static void pause(long milliseconds) throws IOException {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private static void skip(ServletInputStream body) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (body.read(buffer) >= 0) {
            // nobody wants it
        }
    }

    /** What stands behind an upgrade: all that comes goes back. It blocks its thread. */
    public static class Echo implements HttpUpgradeHandler {
        @Override
        public void init(WebConnection connection) {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (connection) {
                ServletInputStream input = connection.getInputStream();
                ServletOutputStream output = connection.getOutputStream();
                for (int size = input.read(buffer); size >= 0; size = input.read(buffer)) {
                    output.write(buffer, 0, size);
                    output.flush();
                }
            } catch (Exception clientIsGone) {
                // close() in any case: try has seen to it
            }
        }

        @Override
        public void destroy() {}
    }
}
