/** `react-dom/client` as far as the widget uses it, from Preact. */
import { render, type ComponentChild, type ContainerNode } from 'preact';

interface Root {
  render(children: ComponentChild): void;
  unmount(): void;
}

export function createRoot(container: ContainerNode): Root {
  return {
    render: (children) => render(children, container),
    unmount: () => render(null, container),
  };
}
