import java.util.ArrayList;
import java.util.List;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * A node of OpenSearch that lives as long as its standard input: nodes.py, which holds the other
 * end, may die in any way.
 *
 * First comes the directory, then every setting as name=value; what they are is for nodes.py.
 */
public final class TestNode {
    private TestNode() {}

    public static void main(String[] arguments) throws Exception {
        List<String[]> wanted = new ArrayList<>();
        String port = "9200";
        String cluster = "test";
        for (String argument : arguments) {
            int mark = argument.indexOf('=');
            if (mark < 0) {
                continue;
            }
            String[] pair = {argument.substring(0, mark), argument.substring(mark + 1)};
            if (pair[0].equals("cluster.name")) {
                cluster = pair[1];
            } else {
                wanted.add(pair);
            }
            if (pair[0].equals("http.port")) {
                port = pair[1];
            }
        }
        OpenSearchRunner node = new OpenSearchRunner();
        // The runner looks for free ports below a bound of its own; ours are chosen already.
        node.setMaxHttpPort(-1);
        node.onBuild((number, settings) -> wanted.forEach(pair -> settings.put(pair[0], pair[1])));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception error) {
                System.err.println("closing: " + error);
            }
        }));
        node.build(OpenSearchRunner.newConfigs()
                .clusterName(cluster)
                .numOfNode(1)
                .baseHttpPort(Integer.parseInt(port) - 1)
                .basePath(arguments[0]));
        while (System.in.read() != -1) {
            // Nothing is said to a node; only the end counts.
        }
        System.exit(0);
    }
}
