import type { AttributeName, Binding, Expression } from './tree.ts';

/** The expressions directly below one. */
function children(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'text':
    case 'path':
      return expression.parts.filter((part) => typeof part !== 'string');
    case 'list':
      return expression.items;
    case 'set':
      return expression.bindings.flatMap(ofBinding);
    case 'let':
      return [...expression.bindings.flatMap(ofBinding), expression.body];
    case 'with':
      return [expression.set, expression.body];
    case 'assert':
      return [expression.condition, expression.body];
    case 'if':
      return [expression.condition, expression.then, expression.otherwise];
    case 'lambda':
      return [
        ...(expression.pattern?.fields.flatMap(({ fallback }) => fallback ?? []) ?? []),
        expression.body,
      ];
    case 'apply':
      return [expression.callee, expression.argument];
    case 'select':
      return [
        expression.from,
        ...ofPath(expression.path),
        ...(expression.fallback ? [expression.fallback] : []),
      ];
    case 'has':
      return [expression.from, ...ofPath(expression.path)];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [];
  }
}

function ofBinding(binding: Binding): readonly Expression[] {
  if (binding.type === 'binding') return [...ofPath(binding.path), binding.value];
  return binding.from === undefined ? [] : [binding.from];
}

function ofPath(path: readonly AttributeName[]): readonly Expression[] {
  return path.flatMap((attribute) => (attribute.type === 'computed' ? [attribute.name] : []));
}

/** All expressions of a tree, without recursion: a tree may be deep. */
export function* expressions(root: Expression): Generator<Expression> {
  const stack = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    for (const child of children(next)) stack.push(child);
  }
}
